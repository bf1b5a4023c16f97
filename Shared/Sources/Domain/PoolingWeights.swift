/// The weights that ``HistoryPooling`` gives the entries of one history: memory that is kept between calls.
public struct PoolingWeights: Sendable {
    /// Entries that have weights: the newest ones of the history.
    public private(set) var count = 0
    /// Weights of the long and of the short average, the oldest entry's first; only the first ``count`` mean something.
    public internal(set) var long: [Float] = []
    public internal(set) var short: [Float] = []

    /// Empty; grows at first use.
    public init() {}

    mutating func prepare(count: Int) {
        self.count = count
        guard long.count < count else { return }
        long = [Float](repeating: 0, count: count)
        short = long
    }
}
