import EventLoop
import Glibc
import Synchronization

/// A process that was started by this one.
struct ChildProcess: Sendable {
    let identifier: Int32
    /// What it prints, to be read and closed here; -1 where it prints to this process's own.
    let output: Int32
    let errors: Int32

    /// How a process ended.
    enum End: Sendable, Equatable {
        case code(Int32)
        case signal(Int32)
    }

    /// The file of the running program.
    static let executable = "/proc/self/exe"

    /// Starts this program again with other arguments.
    /// - Parameters:
    ///   - sockets: what it is handed to listen on, see `InheritedSockets`.
    ///   - isCaptured: whether what it prints is read here; such a process has a group of its own, so that Ctrl-C
    ///     reaches it only through its parent.
    /// - Throws: ``ChildProcessError``.
    init(
        _ arguments: [String], environment: [String: String], sockets: [ListeningSocket] = [], isCaptured: Bool
    ) throws(ChildProcessError) {
        self = try Self.starting.withLock { _ throws(ChildProcessError) in
            try ChildProcess(starting: arguments, environment, sockets, isCaptured)
        }
    }

    /// Held while one is started: what is made for one child must not be passed on to another, which would keep it open.
    private static let starting = Mutex<Void>(())

    private init(
        starting arguments: [String], _ environment: [String: String], _ sockets: [ListeningSocket],
        _ isCaptured: Bool
    ) throws(ChildProcessError) {
        var environment = environment
        for name in InheritedSockets.variables { environment[name] = nil }
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        var pipes: [(read: Int32, write: Int32)] = []
        if isCaptured {
            for descriptor in [Int32(1), 2] {
                let pipe = try Self.pipe()
                posix_spawn_file_actions_adddup2(&actions, pipe.write, descriptor)
                pipes.append(pipe)
            }
            posix_spawnattr_setpgroup(&attributes, 0)
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        }
        let passed = try Self.pass(sockets, to: &actions)
        defer { for descriptor in passed { close(descriptor) } }
        if !sockets.isEmpty { environment["LISTEN_FDS"] = "\(sockets.count)" }
        var identifier: pid_t = 0
        let code = Self.withStrings([Swift.CommandLine.arguments[0]] + arguments) { arguments in
            Self.withStrings(environment.map { "\($0)=\($1)" }) { environment in
                posix_spawn(&identifier, Self.executable, &actions, &attributes, arguments, environment)
            }
        }
        for pipe in pipes { close(pipe.write) }
        guard code == 0 else {
            for pipe in pipes { close(pipe.read) }
            throw ChildProcessError(errno: code)
        }
        self.identifier = identifier
        output = pipes.isEmpty ? -1 : pipes[0].read
        errors = pipes.isEmpty ? -1 : pipes[1].read
    }

    /// Has a child get sockets as the first descriptors behind the standard ones.
    /// - Returns: copies of them, to be closed when it runs; none is where another goes.
    private static func pass(
        _ sockets: [ListeningSocket], to actions: inout posix_spawn_file_actions_t
    ) throws(ChildProcessError) -> [Int32] {
        let first = InheritedSockets.first
        let behind = first + Int32(sockets.count)
        var copies: [Int32] = []
        for (place, socket) in sockets.enumerated() {
            do throws(ListenError) {
                copies.append(try socket.duplicate(from: behind))
            } catch {
                for copy in copies { close(copy) }
                throw ChildProcessError("\(error)")
            }
            posix_spawn_file_actions_adddup2(&actions, copies[place], first + Int32(place))
        }
        return copies
    }

    func send(_ signal: Int32) { kill(identifier, signal) }

    /// Waits for its end. Blocks; once only.
    func wait() -> End {
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
    }

    private static func pipe() throws(ChildProcessError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw ChildProcessError(errno: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func withStrings<R>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
