/// A reused list of name-and-value ranges: an array, less the exclusivity check and uniqueness check of each access.
final class RangePairs {
    typealias Pair = (name: ByteRange, value: ByteRange)

    private struct Storage {
        var base: UnsafeMutablePointer<Pair>
        var capacity: Int
        var count: Int
    }

    // See `ByteBuffer` for the pointer.
    private let storage: UnsafeMutablePointer<Storage>

    init(capacity: Int) {
        storage = .allocate(capacity: 1)
        storage.initialize(to: Storage(base: .allocate(capacity: capacity), capacity: capacity, count: 0))
    }

    deinit {
        storage.pointee.base.deallocate()
        storage.deallocate()
    }

    var count: Int { storage.pointee.count }

    func removeAll() {
        storage.pointee.count = 0
    }

    func append(_ name: ByteRange, _ value: ByteRange = .empty) {
        if storage.pointee.count == storage.pointee.capacity { grow() }
        (storage.pointee.base + storage.pointee.count).initialize(to: (name, value))
        storage.pointee.count += 1
    }

    private func grow() {
        let capacity = storage.pointee.capacity * 2
        let grown = UnsafeMutablePointer<Pair>.allocate(capacity: capacity)
        grown.initialize(from: storage.pointee.base, count: storage.pointee.count)
        storage.pointee.base.deallocate()
        storage.pointee.base = grown
        storage.pointee.capacity = capacity
    }

    subscript(_ index: Int) -> Pair {
        precondition(index >= 0 && index < count, "an index beyond the list")
        return storage.pointee.base[index]
    }

    /// The index of the first pair that fits. O(count).
    func firstIndex(where fits: (Pair) -> Bool) -> Int? {
        for index in 0..<count where fits(storage.pointee.base[index]) { return index }
        return nil
    }
}
