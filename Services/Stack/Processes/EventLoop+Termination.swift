import EventLoop
import Glibc

extension EventLoop {
    /// Returns when the process is asked to end (SIGTERM or Ctrl-C), or the task is cancelled.
    func terminationRequest() async {
        let (requests, continuation) = AsyncStream.makeStream(of: Void.self)
        execute { [self] in
            for signal in [SIGTERM, SIGINT] { _ = try? onSignal(signal) { continuation.yield() } }
        }
        for await _ in requests { return }
    }
}
