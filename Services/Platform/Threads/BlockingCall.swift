/// Runs what suspends from a thread that may wait, on that very thread: no other thread's progress is needed but those
/// that the call itself waits for.
package enum BlockingCall {
    /// The result of `body`.
    package static func run<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) throws -> Result {
        let thread = WaitingThread<Result>()
        Task(executorPreference: thread) {
            do {
                thread.finish(.success(try await body()))
            } catch {
                thread.finish(.failure(error))
            }
        }
        return try thread.run()
    }
}

/// A thread that runs the jobs of one task until the task has its result.
private final class WaitingThread<Value: Sendable>: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var result: Result<Value, any Error>?
    }

    private enum Step {
        case jobs([UnownedJob])
        case end(Result<Value, any Error>)
    }

    private let state = Monitor(State())

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.update { $0.jobs.append(job) }
    }

    func finish(_ result: Result<Value, any Error>) { state.update { $0.result = result } }

    func run() throws -> Value {
        while true {
            let step = state.wait { state -> Step? in
                guard state.jobs.isEmpty else {
                    defer { state.jobs = [] }
                    return .jobs(state.jobs)
                }
                return state.result.map(Step.end)
            }
            switch step {
            case .jobs(let jobs): for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
            case .end(let result): return try result.get()
            }
        }
    }
}
