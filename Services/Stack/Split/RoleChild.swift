import CommandLine
import Configuration
import EventLoop
import Glibc
import Logging
import Synchronization

/// A role as a child process: started, started again whenever it ends, its lines handed on, until it is told to stop.
final class RoleChild: Sendable {
    /// What became of it.
    enum Event: Sendable {
        /// It answers; once a start.
        case ready
        /// It ended without being told to, before or after it was ready.
        case ended(ChildProcess.End, wasReady: Bool)
    }

    let role: Role
    let replica: Replica
    /// Where its role is reached.
    let address: HostPort
    let admin: HostPort
    private let environment: [String: String]
    private let log: @Sendable (String) -> Void
    private let onEvent: @Sendable (RoleChild, Event) -> Void

    private struct State {
        var process: ChildProcess?
        /// What each of its processes listens on; none where it makes its own.
        var sockets: [ListeningSocket]
        /// Since when it answers.
        var ready: ContinuousClock.Instant?
        var isStopping = false
        var hasEnded = false
        var wasKilled = false
    }

    private let state: Mutex<State>
    private let thread = Mutex<LoopThread?>(nil)

    /// - Parameters:
    ///   - sockets: what its processes listen on, one after the other, instead of sockets of their own.
    ///   - environment: all of its variables.
    ///   - log: takes each line of its log.
    init(
        _ role: Role, replica: Replica, address: HostPort, admin: HostPort, sockets: [ListeningSocket],
        environment: [String: String],
        log: @escaping @Sendable (String) -> Void, onEvent: @escaping @Sendable (RoleChild, Event) -> Void
    ) {
        self.role = role
        self.replica = replica
        self.address = address
        self.admin = admin
        self.environment = environment
        state = Mutex(State(sockets: sockets))
        self.log = log
        self.onEvent = onEvent
    }

    /// Its process number; nil between an end and the next start.
    var identifier: Int32? { state.withLock { $0.process?.identifier } }

    /// Whether it was ever started.
    var hasStarted: Bool { thread.withLock { $0 != nil } }

    var isReady: Bool { state.withLock { $0.ready != nil } }

    /// One that has answered for longer than this is started again at once; others wait, longer each time.
    private static let proof = Duration.seconds(1)

    /// Starts it and looks after it from now on, on a thread of its own: the system ends a child with the thread that
    /// started it.
    func start() throws {
        let thread = try LoopThread(name: role.rawValue) { [self] in lookAfter() }
        self.thread.withLock { $0 = thread }
    }

    private func lookAfter() {
        var backOff = BackOff(first: 100, last: 5_000)
        while let process = next() {
            process.forEachLine(output: heard, errors: tell)
            let end = process.wait()
            let (ready, isStopping) = state.withLock { state in
                defer {
                    state.process = nil
                    state.ready = nil
                }
                return (state.ready, state.isStopping)
            }
            if isStopping { break }
            onEvent(self, .ended(end, wasReady: ready != nil))
            if ready != nil { backOff.reset() }
            if let ready, ContinuousClock.now - ready > Self.proof { continue }
            rest(milliseconds: backOff.milliseconds())
        }
        state.withLock { $0.hasEnded = true }
    }

    /// The next process; nil when there is to be none.
    private func next() -> ChildProcess? {
        while true {
            do throws(ChildProcessError) {
                return try state.withLock { state throws(ChildProcessError) in
                    guard !state.isStopping else { return nil }
                    let process = try ChildProcess(
                        ["serve", role.rawValue, "--listen", "\(address)", "--admin", "\(admin)", "--json"],
                        environment: environment, sockets: state.sockets, isCaptured: true)
                    state.process = process
                    return process
                }
            } catch {
                tell("\(error)")
                rest(milliseconds: 1_000)
            }
        }
    }

    /// It prints one line on its output when it is ready.
    private func heard(_ line: String) {
        guard line.hasPrefix("{") else { return tell(line) }
        state.withLock { $0.ready = .now }
        onEvent(self, .ready)
    }

    private func tell(_ line: String) {
        let name = replica.count == 1 ? role.rawValue : "\(role.rawValue) \(replica)"
        log(line.contains("role=\(role.rawValue)") || line.hasPrefix("{") ? line : "\(name): \(line)")
    }

    private func rest(milliseconds: Int) {
        for _ in 0..<(milliseconds + 9) / 10 where !state.withLock({ $0.isStopping }) { usleep(10_000) }
    }

    // MARK: Stopping

    /// Asks it to end and waits; one that does not end in time is killed.
    /// - Returns: whether it ended by itself.
    func stop(within limit: Duration) async -> Bool {
        let isStarted = thread.withLock { $0 != nil }
        state.withLock { state in
            state.isStopping = true
            // Nobody is to wait for one that does not come.
            state.sockets = []
            state.process?.send(SIGTERM)
        }
        guard isStarted else { return true }
        let deadline = ContinuousClock.now + limit
        while !state.withLock({ $0.hasEnded }) {
            if ContinuousClock.now > deadline {
                state.withLock { state in
                    guard !state.wasKilled, let process = state.process else { return }
                    state.wasKilled = true
                    process.send(SIGKILL)
                }
            }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return !state.withLock { $0.wasKilled }
    }
}
