import Synchronization

/// A fixed number of counters in one block of memory.
final class AtomicArray: Sendable {
    let count: Int
    // The pointer is set once; what it points to is read and written by atomic operations only.
    private nonisolated(unsafe) let storage: UnsafeMutablePointer<Atomic<UInt64>>

    init(count: Int) {
        self.count = count
        storage = .allocate(capacity: count)
        for index in 0..<count { (storage + index).initialize(to: Atomic(0)) }
    }

    deinit {
        storage.deinitialize(count: count)
        storage.deallocate()
    }

    func load(at index: Int) -> UInt64 {
        precondition(index >= 0 && index < count)
        return storage[index].load(ordering: .relaxed)
    }

    /// Adds without a locked instruction: correct as long as one thread at a time writes.
    func addAsOnlyWriter(_ amount: UInt64, at index: Int) {
        precondition(index >= 0 && index < count)
        storage[index].store(storage[index].load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }
}
