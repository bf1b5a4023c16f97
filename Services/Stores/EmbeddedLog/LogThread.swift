internal import EventLog
internal import Glibc

/// A thread of the log's own, for work that blocks.
struct LogThread: Sendable {
    private let thread: pthread_t

    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread.
    init(_ run: @escaping @Sendable () -> Void) throws(LogError) {
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(run))
        let code = pthread_create(&thread, nil, { Self.start($0) }, body.toOpaque())
        guard code == 0 else {
            body.release()
            throw LogError(
                .inputOutput, "No thread could be started for the log (error \(code)): raise the limit of threads.")
        }
        self.thread = thread
    }

    private static func start(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
    }

    /// Waits for its end, unless it is the calling thread; at most once, and not together with ``detach()``.
    func join() {
        guard pthread_equal(pthread_self(), thread) == 0 else { return detach() }
        pthread_join(thread, nil)
    }

    /// Lets it end by itself.
    func detach() {
        pthread_detach(thread)
    }
}
