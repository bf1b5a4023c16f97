import CUV
import Glibc
import Synchronization

/// An operating-system thread that runs one closure: what shards and blocking work live on.
package final class LoopThread: Sendable {
    private let thread: Mutex<pthread_t?>

    /// Starts `body` on a thread of its own.
    /// - Parameters:
    ///   - name: as tools show it; the system keeps its first 15 bytes.
    ///   - stackSize: bytes.
    package init(name: String, stackSize: Int = 8 << 20, body: @escaping @Sendable () -> Void) throws {
        thread = Mutex(try LoopThread.start(name: name, stackSize: stackSize, body: body))
    }

    /// Starts `body` on a thread that nobody waits for.
    static func detach(name: String, body: @escaping @Sendable () -> Void) throws(UVError) {
        pthread_detach(try start(name: name, stackSize: 256 << 10, body: body))
    }

    private static func start(
        name: String, stackSize: Int, body: @escaping @Sendable () -> Void
    ) throws(UVError) -> pthread_t {
        let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, stackSize)
        defer { pthread_attr_destroy(&attributes) }
        var id = pthread_t()
        let code = pthread_create(&id, &attributes, LoopThread.main, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw UVError(code: -code, operation: "start the thread \(name)")
        }
        return id
    }

    // A static member: a closure of a script's top level would belong to the main actor and trap on this thread.
    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let argument else { return nil }
        let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
        cuv_name_thread(start.name)
        start.body()
        return nil
    }

    /// Waits until the thread has ended. Once is enough; later calls return at once.
    package func join() {
        let id = thread.withLock { thread in
            let id = thread
            thread = nil
            return id
        }
        if let id { pthread_join(id, nil) }
    }
}

private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}
