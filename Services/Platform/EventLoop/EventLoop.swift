import CUV
import Glibc
import Synchronization

/// A libuv loop with the thread it runs on: the shard's heart, and the executor of the shard's tasks.
///
/// One turn: timers → prepare → poll (reads, accepts, other threads' work arrives) → check → closing handles.
/// In the check phase, the *polled* hooks run first (the HTTP server forms its batches there), then all jobs until none
/// is left, then the *settled* hooks (what collected output during the turn writes it there). Jobs that a timer
/// enqueues run before polling, so nothing waits for the next packet.
///
/// Everything but `execute`, `enqueue` and `stop` belongs to the loop's own thread.
// @unchecked: all mutable state is touched by the owning thread only, except `inbox` (a mutex) and `owner` (an atomic).
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    package typealias Hook = () -> Void

    package let name: String
    let uv: UnsafeMutablePointer<uv_loop_t>
    /// Where reads land before their callback consumes them; one for all streams, as reads and callbacks alternate.
    let readBuffer: UnsafeMutableRawBufferPointer

    private struct Inbox {
        var work: [LoopWork] = []
        var isOver = false

        mutating func takeAll() -> [LoopWork] {
            let all = work
            work = []
            return all
        }
    }

    private let inbox = Mutex(Inbox())
    private let owner: Atomic<UInt>
    private var work: [LoopWork] = []
    private var isRunningJobs = false
    private var isUnsettled = false
    private var polledHooks: [Hook] = []
    private var settledHooks: [Hook] = []
    private var phases: LoopPhases?
    private var coarseTimer: LoopTimer?
    private var deadlineLists: [DeadlineList] = []

    /// Nanoseconds of the monotonic clock when the current turn's callbacks began. Cheap: a stored value.
    package private(set) var now: UInt64
    /// Turns since the start.
    package private(set) var turns: UInt64 = 0

    /// Makes a loop owned by the calling thread until `run()` gives it to another.
    package init(name: String) throws {
        self.name = name
        _ = EventLoop.ignoreBrokenPipes
        owner = Atomic(UInt(pthread_self()))
        uv = .allocate(capacity: 1)
        readBuffer = .allocate(byteCount: 64 * 1024, alignment: 64)
        now = uv_hrtime()
        do {
            try UVError.check(uv_loop_init(uv), "create an event loop")
        } catch {
            uv.deallocate()
            readBuffer.deallocate()
            throw error
        }
        phases = try LoopPhases(loop: self)
    }

    // The loop's handles keep it alive until `run()` has closed them.
    deinit {
        uv.deallocate()
        readBuffer.deallocate()
    }

    /// A write to a closed connection must be an error of that connection, not the end of the process.
    private static let ignoreBrokenPipes: Void = {
        signal(SIGPIPE, SIG_IGN)
    }()

    // MARK: Running

    /// Runs turns until `stop()`; then closes every handle, runs what is left, and returns. Once only.
    package func run() {
        owner.store(UInt(pthread_self()), ordering: .releasing)
        uv_run(uv, UV_RUN_DEFAULT)
        runJobs()
        closeEverything()
        finishInbox()
        phases = nil
        coarseTimer = nil
        deadlineLists = []
        polledHooks = []
        settledHooks = []
        uv_loop_close(uv)
        owner.store(0, ordering: .releasing)
    }

    /// Ends `run()` after the current turn. From any thread.
    package func stop() {
        execute { [self] in uv_stop(uv) }
    }

    private func closeEverything() {
        // Closing may start further handles (a reconnecting client); a few rounds are enough, as nothing polls any more.
        repeat {
            uv_walk(
                uv,
                { handle, _ in
                    guard let data = handle?.pointee.data else { return }
                    Unmanaged<LoopHandle>.fromOpaque(data)._withUnsafeGuaranteedRef { $0.close() }
                }, nil)
            uv_run(uv, UV_RUN_NOWAIT)
            runJobs()
        } while uv_loop_alive(uv) != 0
    }

    private func finishInbox() {
        while true {
            let rest = inbox.withLock { inbox in
                if inbox.work.isEmpty { inbox.isOver = true }
                return inbox.takeAll()
            }
            if rest.isEmpty { return }
            work.append(contentsOf: rest)
            runJobs()
        }
    }

    // MARK: Work

    /// True on the thread that owns the loop.
    package var isInLoop: Bool { owner.load(ordering: .relaxed) == UInt(pthread_self()) }

    /// Runs `body` on the loop's thread in this turn (called from it) or the next one. From any thread, in order.
    /// - Returns: false when the loop has ended: `body` will not run.
    @discardableResult
    package func execute(_ body: @escaping @Sendable () -> Void) -> Bool {
        if isInLoop {
            work.append(.closure(body))
            return true
        }
        return submit(.closure(body))
    }

    /// Runs `body` after the current callback or job, in this turn. From the loop's thread only, so `body` may capture
    /// what belongs to it.
    package func later(_ body: @escaping () -> Void) {
        precondition(isInLoop, "only the loop's own thread defers work without synchronisation")
        // It is made, run and destroyed on this thread.
        nonisolated(unsafe) let body = body
        work.append(.closure { body() })
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isInLoop {
            work.append(.job(job))
        } else if !submit(.job(job)) {
            // The loop is over. A job cannot be dropped (its task would never end), so another executor takes it.
            globalConcurrentExecutor.enqueue(ExecutorJob(job))
        }
    }

    private func submit(_ item: LoopWork) -> Bool {
        inbox.withLock { inbox in
            guard !inbox.isOver else { return false }
            inbox.work.append(item)
            // Within the lock: once `isOver` is set, the async handle may be gone.
            phases?.wake()
            return true
        }
    }

    /// Takes what other threads have submitted; called by the async handle while polling.
    func takeInbox() {
        work.append(contentsOf: inbox.withLock { $0.takeAll() })
    }

    /// Runs pending jobs, those included that these enqueue, until none is left. Within a job it does nothing.
    package func runJobs() {
        guard !isRunningJobs, !work.isEmpty else { return }
        isRunningJobs = true
        let executor = asUnownedTaskExecutor()
        var next = 0
        while next < work.count {
            let item = work[next]
            next += 1
            switch item {
            case .job(let job): job.runSynchronously(on: executor)
            case .closure(let body): body()
            }
        }
        work.removeAll(keepingCapacity: true)
        isRunningJobs = false
    }

    // MARK: Phases

    /// Adds a hook that runs in every turn right after polling, before the jobs.
    package func onPolled(_ hook: @escaping Hook) {
        polledHooks.append(hook)
    }

    /// Adds a hook that runs in every turn after the jobs.
    package func onTurnEnd(_ hook: @escaping Hook) {
        settledHooks.append(hook)
    }

    /// Makes the next poll return at once: there is work for the next turn that no file descriptor announces.
    package func requestTurn() {
        phases?.keepTurning()
    }

    /// There is something for the settled hooks: they run in this turn, also when a timer, and no job, brought it about.
    package func settleThisTurn() {
        isUnsettled = true
    }

    func polled() {
        turns &+= 1
        phases?.polled()
        now = uv_hrtime()
        for hook in polledHooks { hook() }
        settle()
    }

    func willPoll() {
        now = uv_hrtime()
        guard !work.isEmpty || isUnsettled else { return }
        settle()
    }

    private func settle() {
        runJobs()
        isUnsettled = false
        for hook in settledHooks { hook() }
    }

    // MARK: Time

    /// Nanoseconds of the monotonic clock, read now.
    package static var preciseNow: UInt64 { uv_hrtime() }

    /// A list of things that expire `timeout` nanoseconds after they are armed, walked by the loop's one coarse timer.
    package func makeDeadlineList(timeout: UInt64) throws -> DeadlineList {
        let list = DeadlineList(timeout: timeout)
        deadlineLists.append(list)
        let tick = min(max(timeout / 8, 5_000_000), 250_000_000)
        if let timer = coarseTimer {
            if tick < timer.interval { try timer.start(after: tick, repeatingEvery: tick) }
        } else {
            // Unowned: the timer is the loop's, and is closed before the loop ends.
            let timer = try LoopTimer(loop: self) { [unowned self] in expireDeadlines() }
            try timer.start(after: tick, repeatingEvery: tick)
            timer.unreference()
            coarseTimer = timer
        }
        return list
    }

    private func expireDeadlines() {
        let now = uv_hrtime()
        for list in deadlineLists { list.expire(now: now) }
    }
}
