import Kernels

/// Makes an index for a recall: the user says how much of the true best a search shall find, and what that takes is measured.
///
///     let index = IndexBuilder(recall: 0.97).build(dimensions: 64, count: count, vectors: vectors.span)
public struct IndexBuilder: Sendable {
    /// The part of the true best, by the given vectors, that a search finds on average.
    public var recall: Double
    /// The same seed and content make the same index, byte for byte.
    public var seed: UInt64
    /// How many lists; nil for a number that fits the count.
    package var lists: Int?
    /// How many queries the recall is measured with; nil for a number that fits the count.
    package var measured: Int?

    /// A builder.
    public init(recall: Double = 0.98, seed: UInt64 = 1) {
        self.recall = recall
        self.seed = seed
        lists = nil
        measured = nil
    }

    /// The index that answers for the recall at the least cost: lists, or, for few items or where lists do not help, a flat
    /// one.
    ///
    /// - Parameters:
    ///   - vectors: count × dimensions.
    ///   - biases: added to every score of an item; nil for none.
    ///   - alive: which of the items are there; nil for all.
    ///   - queries: some hundred queries, or more, like those to come, row by row; nil to measure with items in their place. Where
    ///     queries are not like items, as with inner products of users and items, the recall only holds with queries.
    public func build(
        dimensions: Int, count: Int, vectors: Span<Float>, biases: Span<Float>? = nil, alive: Span<Bool>? = nil,
        queries: Span<Float>? = nil
    ) -> any VectorIndex {
        if count >= Self.least {
            let index = buildLists(
                dimensions: dimensions, count: count, vectors: vectors, biases: biases, alive: alive, queries: queries)
            if index.isCheaperThanFlat { return index }
        }
        return FlatIndex(dimensions: dimensions, count: count, vectors: vectors, biases: biases, alive: alive)
    }

    /// Fewer items are scanned faster than lists are chosen.
    private static let least = 4_096

    /// The index of lists, whether it pays or not; parameters as those of
    /// ``build(dimensions:count:vectors:biases:alive:queries:)``.
    public func buildLists(
        dimensions: Int, count: Int, vectors: Span<Float>, biases: Span<Float>? = nil, alive: Span<Bool>? = nil,
        queries: Span<Float>? = nil
    ) -> IVFIndex {
        precondition(
            dimensions > 0 && FlatIndex.padded(dimensions) <= Kernels.maximumDimensions, "no index has such dimensions")
        precondition(count < 1 << 31, "row numbers have 31 bits")
        precondition(vectors.count == count * dimensions, "not a vector for each item")
        if let biases { precondition(biases.count == count, "not a bias for each item") }
        if let alive { precondition(alive.count == count, "not a mark for each item") }
        if let queries { precondition(queries.count.isMultiple(of: dimensions), "queries are not whole") }
        let rows = QuantisedRows(dimensions: dimensions, count: count, vectors: vectors, biases: biases, alive: alive)
        return self.lists(of: rows, count: count, vectors: vectors, queries: queries)
    }

    /// The index of lists of some rows.
    ///
    /// - Parameter vectors: what the rows were quantised from, by number; nil when that is not known.
    func lists(of rows: QuantisedRows, count: Int, vectors: Span<Float>?, queries: Span<Float>?) -> IVFIndex {
        let clustering = Clustering(rows, lists: lists ?? Self.lists(for: rows.count), seed: seed)
        let base = IVFLists.build(rows, count: count, clustering)
        let tuning = IndexTuning(
            rows: rows, base: base, seed: seed, queries: measured ?? Self.measured(for: rows.count))
        let table = tuning.measure(vectors: vectors, queries: queries)
        return IVFIndex(base: base, table: table, recall: recall, seed: seed)
    }

    /// Each takes a scan of all rows, so that fewer are taken of many; of few rows there are not as many that differ.
    static func measured(for rows: Int) -> Int {
        rows > 400_000 ? 512 : min(max(rows / 16, 256), 1_024)
    }

    /// About 4.6 times the root, at which a search looks at about as many centroids as rows, up to 2,048, whose scores for a
    /// batch stay in the cache; beyond 512 rows a list, one list for as many. At most one for 64 rows, so that centroids take
    /// little memory; a multiple of 16.
    static func lists(for rows: Int) -> Int {
        let some = min(4.6 * Double(rows).squareRoot(), 2_048)
        let count = min(max(some, Double(rows) / 512), Double(rows) / 64)
        return max(1, Int(count / 16) * 16)
    }
}

extension IVFIndex {
    /// Whether a search does less here than in a flat index, which has no lists to choose: the constant stands for that, in rows.
    var isCheaperThanFlat: Bool { rowsScanned(probes: probes(k: 200)) + 1_000 < base.layout.rows }

    /// About how many rows a search of some lists scans, centroids among them; lists begin and end within blocks.
    func rowsScanned(probes: Int) -> Int {
        lists + probes * (base.layout.rows / max(1, lists) + Kernels.blockRows)
    }
}
