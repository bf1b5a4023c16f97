internal import Glibc

/// A thread of one's own, for work that blocks.
package struct WorkThread: Sendable {
    private let thread: pthread_t

    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread.
    package init(_ run: @escaping @Sendable () -> Void) throws(ThreadError) {
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(run))
        let code = pthread_create(&thread, nil, { Self.start($0) }, body.toOpaque())
        guard code == 0 else {
            body.release()
            throw ThreadError(code: code)
        }
        self.thread = thread
    }

    private static func start(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
    }

    /// Waits for its end, unless it is the calling thread; at most once, and not together with ``detach()``.
    package func join() {
        guard pthread_equal(pthread_self(), thread) == 0 else { return detach() }
        pthread_join(thread, nil)
    }

    /// Lets it end by itself.
    package func detach() {
        pthread_detach(thread)
    }
}
