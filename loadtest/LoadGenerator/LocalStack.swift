import CommandLine
import Glibc

/// The whole of Cascade as a child process, for load tests that name no server.
///
/// Contract: `cascade up --port 0 --demo --ready-file FILE` listens on a free port of the loopback interface and writes
/// ``ReadyFile`` once it answers from the trained model. It ends in order at SIGTERM.
package struct LocalStack: Sendable {
    /// Where it listens.
    package let target: TargetURL

    private let child: ChildProcess

    /// Starts the `cascade` beside this executable and waits until it is ready. The first start makes and trains the demo
    /// world, which takes minutes; its progress is shown on standard error.
    ///
    /// - Parameters:
    ///   - executable: the path of `cascade`.
    ///   - data: its data directory; nil leaves the default.
    ///   - patience: seconds.
    package static func start(executable: String, data: String?, patience: Double) throws(LoadTestError) -> LocalStack {
        guard Executable.isExecutable(executable) else {
            throw LoadTestError(
                "\(executable) is not there: build it with 'swift build -c release --product cascade', "
                    + "or name a running server with --url.")
        }
        let folder = try temporaryFolder()
        let file = "\(folder)/ready.json"
        defer {
            unlink(file)
            rmdir(folder)
        }
        var arguments = [executable, "up", "--port", "0", "--demo", "--ready-file", file]
        if let data { arguments += ["--data", data] }
        let child = try ChildProcess.start(arguments, inOwnGroup: true)
        do {
            return LocalStack(target: try waitUntilReady(child, file, patience: patience), child: child)
        } catch {
            if error.message != Self.endedMessage { child.stop(grace: Self.grace, now: ProgressOutput.monotonic) }
            throw error
        }
    }

    /// Ends the child: SIGTERM, fifteen seconds for open requests and the stores, then SIGKILL.
    package func stop() {
        child.stop(grace: Self.grace, now: ProgressOutput.monotonic)
    }

    private static let grace: UInt64 = 15_000_000_000
    private static let endedMessage =
        "'cascade up' ended before it was ready; its messages are above. Name a running server with --url instead."

    private static func waitUntilReady(
        _ child: ChildProcess, _ file: String, patience: Double
    ) throws(LoadTestError) -> TargetURL {
        let deadline = ProgressOutput.monotonic() + UInt64(patience * 1e9)
        while ProgressOutput.monotonic() < deadline {
            if let ready = ReadyFile.read(file) {
                guard let target = TargetURL(ready.url) else {
                    throw LoadTestError("'cascade up' says that it listens on \(ready.url), which is no http URL.")
                }
                return target
            }
            if child.poll() != nil { throw LoadTestError(endedMessage) }
            if StopSignal.wait(until: ProgressOutput.monotonic() + 50_000_000, now: ProgressOutput.monotonic) {
                throw LoadTestError("Stopped before the server was ready.")
            }
        }
        throw LoadTestError("'cascade up' was not ready after \(patience) seconds.")
    }

    private static func temporaryFolder() throws(LoadTestError) -> String {
        let base = ProcessEnvironment.current()["TMPDIR"] ?? "/tmp"
        guard let template = strdup("\(base)/cascade-loadtest-XXXXXX") else {
            throw LoadTestError("Out of memory.")
        }
        defer { free(template) }
        guard mkdtemp(template) != nil else {
            throw LoadTestError("No folder can be made in \(base): \(String(cString: strerror(errno))).")
        }
        return String(cString: template)
    }
}
