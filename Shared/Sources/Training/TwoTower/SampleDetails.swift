import Domain

/// What some samples of a batch have besides their items: weights of their histories' entries, and candidates that are no
/// negatives; one sample after the other.
struct SampleDetails: Sendable {
    private(set) var long: [Float] = []
    private(set) var short: [Float] = []
    /// Candidates that are a sample's user's own, and how many each sample has.
    var masked: [Int32] = []
    var maskLengths: [Int] = []
    private var pooled = PoolingWeights()

    /// Adds the weights of a history, which may be empty and is not longer than `pooling` looks at.
    mutating func addWeights(of history: Span<HistoryEntry>, _ pooling: HistoryPooling) {
        pooling.write(of: history, into: &pooled)
        long += pooled.long[..<history.count]
        short += pooled.short[..<history.count]
    }
}
