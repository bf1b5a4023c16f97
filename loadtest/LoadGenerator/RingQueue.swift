/// A first-in-first-out queue of connections without a request, of fixed capacity: all connections take their turn, so
/// that all of the server's shards get their share at low load too.
struct RingQueue {
    private var storage: [Int]
    private var first = 0
    private(set) var count = 0

    init(capacity: Int) {
        storage = [Int](repeating: 0, count: capacity)
    }

    mutating func append(_ value: Int) {
        precondition(count < storage.count, "a connection is idle twice")
        storage[(first + count) % storage.count] = value
        count += 1
    }

    mutating func popFirst() -> Int? {
        guard count > 0 else { return nil }
        let value = storage[first]
        first = (first + 1) % storage.count
        count -= 1
        return value
    }

    /// Takes `value` out from wherever it is; false when it is not there. O(count).
    mutating func remove(_ value: Int) -> Bool {
        let before = count
        var kept = 0
        for offset in 0..<count {
            let candidate = storage[(first + offset) % storage.count]
            guard candidate != value else { continue }
            storage[(first + kept) % storage.count] = candidate
            kept += 1
        }
        count = kept
        return count < before
    }
}
