import EventLoop
import Glibc
import Synchronization

/// A loop on a thread of its own, for as long as a test holds it.
final class LoopRunner: Sendable {
    let loop: EventLoop
    private let group: ShardGroup

    init(_ setup: @escaping @Sendable (EventLoop) throws -> Void = { _ in }) throws {
        group = try ShardGroup(count: 1, name: "loop") { _, loop in
            try setup(loop)
            return []
        }
        loop = group.loops[0]
    }

    deinit {
        end()
    }

    func end() {
        group.stop()
        group.join()
    }

    /// Runs on the loop's thread and waits for it.
    func call<T: Sendable>(_ body: @escaping @Sendable () -> T) -> T? {
        let result = Mutex<T?>(nil)
        guard
            loop.execute({
                let value = body()
                result.withLock { $0 = value }
            })
        else { return nil }
        _ = eventually { result.withLock { $0 != nil } }
        return result.withLock { $0 }
    }
}

/// Waits up to ten seconds for a condition.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<5000 {
        if condition() { return true }
        poll(nil, 0, 2)
    }
    return false
}
