import Glibc
import Synchronization

/// Holds a thread up until a test lets it go on.
final class Gate: Sendable {
    private let isOpen = Mutex(false)

    func open() { isOpen.withLock { $0 = true } }

    func waitUntilOpen() {
        while !isOpen.withLock({ $0 }) { usleep(1000) }
    }
}
