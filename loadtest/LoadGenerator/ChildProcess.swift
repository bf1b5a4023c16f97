import Glibc

/// A process that this one started and stops again.
struct ChildProcess: Sendable {
    let pid: pid_t

    /// How a process ended.
    enum End: Sendable, Equatable {
        case exited(Int32)
        case signalled(Int32)
    }

    /// Starts `arguments[0]`. Its standard output goes where standard error goes.
    ///
    /// - Parameter inOwnGroup: whether Ctrl-C reaches this process alone, which then has to stop the child in order.
    static func start(_ arguments: [String], inOwnGroup: Bool) throws(LoadTestError) -> ChildProcess {
        var attributes = posix_spawnattr_t()
        var actions = posix_spawn_file_actions_t()
        posix_spawnattr_init(&attributes)
        posix_spawn_file_actions_init(&actions)
        defer {
            posix_spawnattr_destroy(&attributes)
            posix_spawn_file_actions_destroy(&actions)
        }
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for number in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&defaults, number) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        // Threads of the concurrency runtime block signals, and a child would inherit that: SIGTERM would not reach it.
        var unblocked = sigset_t()
        sigemptyset(&unblocked)
        posix_spawnattr_setsigmask(&attributes, &unblocked)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (inOwnGroup ? POSIX_SPAWN_SETPGROUP : 0)))
        posix_spawn_file_actions_adddup2(&actions, 2, 1)

        var pid = pid_t()
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        let code = posix_spawn(&pid, arguments[0], &actions, &attributes, &pointers, environ)
        guard code == 0 else {
            throw LoadTestError("\(arguments[0]) cannot be started: \(String(cString: strerror(code))).")
        }
        return ChildProcess(pid: pid)
    }

    /// How the process ended, nil while it runs. After an answer the process is gone: do not ask again.
    func poll() -> End? {
        end(options: WNOHANG)
    }

    /// Waits for the end.
    func wait() -> End? {
        end(options: 0)
    }

    /// Asks the process to end, waits `grace` nanoseconds, then ends it by force.
    func stop(grace: UInt64, now: () -> UInt64) {
        kill(pid, SIGTERM)
        let deadline = now() + grace
        while now() < deadline {
            if poll() != nil { return }
            Glibc.poll(nil, 0, 20)
        }
        kill(pid, SIGKILL)
        _ = wait()
    }

    private func end(options: Int32) -> End? {
        var status: Int32 = 0
        var result = waitpid(pid, &status, options)
        while result < 0 && errno == EINTR { result = waitpid(pid, &status, options) }
        guard result != 0 else { return nil }
        let number = status & 0x7F
        return number == 0 ? .exited((status >> 8) & 0xFF) : .signalled(number)
    }
}
