import Synchronization

/// Results of several threads, each at an index of its own.
final class Collected<Value: Sendable>: Sendable {
    private let storage: Mutex<[Value?]>

    /// Room for `count` results.
    init(count: Int) { storage = Mutex([Value?](repeating: nil, count: count)) }

    /// Stores the result of an index.
    func set(_ value: Value, at index: Int) { storage.withLock { $0[index] = value } }

    /// The results in the order of their indices.
    var values: [Value] { storage.withLock { $0.compactMap(\.self) } }
}
