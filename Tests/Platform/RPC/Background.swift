import EventLoop
import Synchronization

/// Work that blocks, on a thread of its own: the few threads that run tests are not to wait for each other.
final class Background: Sendable {
    private let flag = Flag()
    private let thread: LoopThread

    private final class Flag: Sendable {
        let isSet = Mutex(false)
    }

    init(_ work: @escaping @Sendable () -> Void) throws {
        thread = try LoopThread(name: "background") { [flag] in
            work()
            flag.isSet.withLock { $0 = true }
        }
    }

    var isDone: Bool { flag.isSet.withLock { $0 } }
}
