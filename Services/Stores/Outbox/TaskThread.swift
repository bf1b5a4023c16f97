internal import Threads

/// A thread for tasks of one's own: they go on whatever holds up the threads that all tasks share.
final class TaskThread: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isOver = false
    }

    private let state = Monitor(State())
    private let thread: WorkThread

    /// - Throws: when the system refuses another thread.
    init() throws(ThreadError) {
        let state = state
        let start = Monitor<UnownedTaskExecutor?>(nil)
        thread = try WorkThread {
            let executor = start.wait { $0 }
            while true {
                let (jobs, isOver) = state.wait { state -> ([UnownedJob], Bool)? in
                    guard !state.jobs.isEmpty || state.isOver else { return nil }
                    defer { state.jobs = [] }
                    return (state.jobs, state.isOver)
                }
                for job in jobs { job.runSynchronously(on: executor) }
                if isOver { return }
            }
        }
        start.update { $0 = asUnownedTaskExecutor() }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isAccepted = state.update { state in
            if !state.isOver { state.jobs.append(job) }
            return !state.isOver
        }
        // A job cannot be dropped: its task would never end.
        if !isAccepted { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
    }

    /// Ends the thread when it has run what it was given; what comes later runs on the shared ones.
    func stop() {
        let isFirst = state.update { state in
            defer { state.isOver = true }
            return !state.isOver
        }
        if isFirst { thread.join() }
    }
}
