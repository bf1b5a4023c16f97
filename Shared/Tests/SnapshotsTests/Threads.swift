import Foundation

/// Threads of the system, all at once: a pool of queues has only as many as there are cores, and runs the rest afterwards.
enum Threads {
    /// Runs `body` on each of so many threads, and waits for all.
    static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let group = DispatchGroup()
        for index in 0..<count {
            group.enter()
            Thread.detachNewThread {
                body(index)
                group.leave()
            }
        }
        group.wait()
    }
}
