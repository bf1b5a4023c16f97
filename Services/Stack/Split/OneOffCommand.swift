import EventLoop
import Glibc
import Synchronization

/// A command of this program that is run to its end as a process of its own, with this process's output: its memory is
/// given back when it is done.
final class OneOffCommand: Sendable {
    private let arguments: [String]
    private let environment: [String: String]
    private let process = Mutex<ChildProcess?>(nil)

    init(_ arguments: [String], environment: [String: String]) {
        self.arguments = arguments
        self.environment = environment
    }

    /// Waits for its end without blocking. A cancelled task asks it to end. Once only.
    func run() async throws -> ChildProcess.End {
        let (ends, continuation) = AsyncThrowingStream.makeStream(of: ChildProcess.End.self)
        // Started by the thread that waits for it, see `ParentProcess`.
        let thread = try LoopThread(name: arguments[0]) { [self] in
            do {
                let started = try ChildProcess(arguments, environment: environment, isCaptured: false)
                process.withLock { $0 = started }
                continuation.yield(started.wait())
                process.withLock { $0 = nil }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        defer { thread.join() }
        return try await withTaskCancellationHandler {
            for try await end in ends { return end }
            throw CancellationError()
        } onCancel: {
            process.withLock { $0?.send(SIGTERM) }
        }
    }
}
