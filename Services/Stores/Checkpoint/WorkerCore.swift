import Glibc

/// What the thread of a ``PeriodicWorker`` and its owner share.
///
// Every mutable field is read and written with `mutex` held only; the rest is set before the thread starts.
final class WorkerCore: @unchecked Sendable {
    private let interval: Int64
    private let work: @Sendable () -> Bool
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var thread: pthread_t?
    private var isStopping = false
    private var isRequested = false
    private var jobs: [@Sendable () -> Void] = []
    /// When the next run is due, and the earliest moment that it may be; nanoseconds of the monotonic clock.
    private var due: Int64 = 0
    private var rest: Int64 = 0

    init(interval: Int64, work: @escaping @Sendable () -> Bool) {
        self.interval = interval
        self.work = work
        mutex = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Starts the thread, which holds this object until it ends.
    func start() {
        var id = pthread_t()
        let code = pthread_create(
            &id, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<WorkerCore>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(code == 0, "the system refuses another thread (pthread_create: \(code))")
        pthread_mutex_lock(mutex)
        thread = id
        pthread_mutex_unlock(mutex)
    }

    func request() {
        pthread_mutex_lock(mutex)
        if !isRequested {
            isRequested = true
            due = max(rest, Self.now() + interval)
            pthread_cond_broadcast(changed)
        }
        pthread_mutex_unlock(mutex)
    }

    /// Has a job done by the thread between runs, soon; false, and nothing done, when the thread is to end.
    func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !isStopping else { return false }
        jobs.append(job)
        pthread_cond_broadcast(changed)
        return true
    }

    func stop() {
        pthread_mutex_lock(mutex)
        isStopping = true
        let joined = thread
        thread = nil
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
        guard let joined else { return }
        if pthread_equal(joined, pthread_self()) != 0 {
            // The work itself let go of the last reference to the worker: the thread ends after this run.
            pthread_detach(joined)
        } else {
            pthread_join(joined, nil)
        }
    }

    private func run() {
        pthread_mutex_lock(mutex)
        while let jobs = waitForWork() {
            pthread_mutex_unlock(mutex)
            let start = Self.now()
            let isDone = jobs.isEmpty ? work() : true
            for job in jobs { job() }
            let end = Self.now()
            pthread_mutex_lock(mutex)
            if jobs.isEmpty { rest = end + max(interval, 4 * (end - start)) }
            isRequested = isRequested || !isDone
            if isRequested { due = max(due, rest) }
        }
        pthread_mutex_unlock(mutex)
    }

    /// Waits, with the mutex held, until there is something to do: jobs, or none when a run is due. Nil when the thread
    /// is to end and all jobs are done.
    private func waitForWork() -> [@Sendable () -> Void]? {
        while true {
            if !jobs.isEmpty {
                defer { jobs = [] }
                return jobs
            }
            if isStopping { return nil }
            if !isRequested {
                pthread_cond_wait(changed, mutex)
            } else if Self.now() >= due {
                isRequested = false
                return []
            } else {
                var moment = timespec(tv_sec: Int(due / 1_000_000_000), tv_nsec: Int(due % 1_000_000_000))
                pthread_cond_timedwait(changed, mutex, &moment)
            }
        }
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
