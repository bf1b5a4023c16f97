/// A set of vectors, each with a number and a bias, that finds those with the highest inner product plus bias.
///
/// An index is a snapshot: it never changes, so that any number of threads search it without a lock, and a change makes
/// another one that shares what it did not touch. Batches are the primary way to search: a batch shares what it reads.
public protocol VectorIndex: Sendable {
    /// Values of a vector.
    var dimensions: Int { get }
    /// Item numbers are below this.
    var count: Int { get }
    /// How many items are there.
    var aliveCount: Int { get }
    /// Bytes of memory that the index takes.
    var memory: Int { get }

    /// Whether an item is there. O(1).
    func contains(_ number: UInt32) -> Bool

    /// Writes an item's vector as stored, `dimensions` values; false, and zeros, when the item is not there.
    @discardableResult
    func copyVector(of number: UInt32, into vector: inout MutableSpan<Float>) -> Bool

    /// Finds each query's `k` items with the highest inner product plus bias: best first, equal scores by lower number. The
    /// results depend on the index's content and the query alone, not on the batch or the instruction set.
    ///
    /// - Parameters:
    ///   - queries: count × dimensions. Values that are not finite count as zero.
    ///   - excluding: item numbers to leave out, a list a query; empty for none at all.
    ///   - allowed: the only items to consider, a set a query; nil or an empty list: all.
    ///   - deadline: when to stop and return the best so far, see ``SearchResults/isComplete``; nil for never.
    ///   - results: replaced.
    func search(
        queries: Span<Float>, count: Int, k: Int, excluding: [[UInt32]], allowed: [ItemFilter?],
        deadline: ContinuousClock.Instant?, scratch: SearchScratch, results: inout SearchResults)

    /// This index with items added or replaced; of two entries with the same number the later one counts. Numbers beyond
    /// the end make the index grow.
    func inserting(_ entries: [IndexEntry]) -> Self

    /// This index without some items; numbers that are not there change nothing.
    func deleting(_ numbers: [UInt32]) -> Self
}

extension VectorIndex {
    /// ``search(queries:count:k:excluding:allowed:deadline:scratch:results:)`` without rules that are not given.
    public func search(
        queries: Span<Float>, count: Int, k: Int, excluding: [[UInt32]] = [], allowed: [ItemFilter?] = [],
        scratch: SearchScratch, results: inout SearchResults
    ) {
        search(
            queries: queries, count: count, k: k, excluding: excluding, allowed: allowed, deadline: nil,
            scratch: scratch, results: &results)
    }
}
