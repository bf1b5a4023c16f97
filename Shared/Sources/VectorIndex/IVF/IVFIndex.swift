import Kernels

/// An index that searches a part of its items: vectors are divided into lists around centroids, and a search looks at the
/// lists whose centroids promise most (IVF: Sivic & Zisserman, ICCV 2003; Jégou, Douze & Schmid, PAMI 33, 2011, with the
/// vectors themselves in place of codes of residuals).
///
/// It is made for a recall, not for a number of lists: how many lists a search needs is measured when the index is built.
/// An index is a snapshot. What is inserted later lies in a part of its own that every search scans whole, and what is
/// deleted is passed over; when that grows, ``needsRebuild`` says so, and ``rebuilt()`` makes lists of everything again.
public final class IVFIndex: VectorIndex {
    /// Item numbers are below this.
    public let count: Int
    /// The part of the true best that a search finds on average; see ``withRecall(_:)``.
    public let recall: Double
    let base: IVFLists
    /// Numbers that the lists hold and the index no longer does, or in ``delta``.
    let dead: ItemFilter?
    let deadCount: Int
    let delta: DeltaRows
    let table: RecallTable
    /// What the lists were made with.
    let seed: UInt64

    init(
        base: IVFLists, table: RecallTable, recall: Double, seed: UInt64, count: Int? = nil, dead: ItemFilter? = nil,
        deadCount: Int = 0, delta: DeltaRows? = nil
    ) {
        self.base = base
        self.table = table
        self.recall = recall
        self.seed = seed
        self.count = count ?? base.count
        self.dead = dead
        self.deadCount = deadCount
        self.delta = delta ?? DeltaRows(dimensions: base.layout.dimensions)
    }

    /// Values of a vector.
    public var dimensions: Int { base.layout.dimensions }

    /// How many items are there.
    public var aliveCount: Int { base.layout.rows - deadCount + delta.alive }

    /// Items that were inserted since the lists were made: every search scans them.
    public var insertedCount: Int { delta.alive }

    /// Rows in lists whose items were deleted or replaced since.
    public var replacedCount: Int { deadCount }

    /// Bytes of memory that the index takes.
    public var memory: Int { base.memory + 8 * (dead?.words.count ?? 0) + delta.memory }

    /// How many lists the items are divided into.
    public var lists: Int { base.layout.lists }

    /// How many lists a search for `k` results looks at.
    public func probes(k: Int) -> Int {
        probes(k: k, barred: 0)
    }

    /// How many lists hold the `k` best that are left when `barred` better ones are not wanted. All that a search misses of
    /// k + barred may be among the k, so that these need a higher recall.
    func probes(k: Int, barred: Int) -> Int {
        let part = Double(k) / Double(max(1, k + barred))
        return min(table.lists(recall: 1 - (1 - recall) * part, k: max(1, k + barred)), lists)
    }

    /// Above this recall the error of int8 queries shows: the best candidates are scored once more with the query as it is.
    static let rescoredFrom = 0.985

    /// Whether searches score their candidates once more. A recall above the last that is measured means the exact results over
    /// what is stored, those of a ``FlatIndex``.
    var rescores: Bool { recall > Self.rescoredFrom && recall <= RecallTable.recalls[RecallTable.recalls.count - 1] }

    /// How many are scored once more for `k` results.
    static func candidates(for k: Int) -> Int { k + k / 8 + 16 }

    /// The same index for another recall; 1 searches everything. O(1).
    public func withRecall(_ recall: Double) -> IVFIndex {
        IVFIndex(
            base: base, table: table, recall: recall, seed: seed, count: count, dead: dead, deadCount: deadCount,
            delta: delta)
    }

    /// Whether a number is in the lists and still counts.
    func isInBase(_ number: UInt32) -> Bool {
        base.present.contains(number) && !(dead?.contains(number) ?? false)
    }

    /// Whether an item is there. O(1), and O(inserted since the lists were made) for those that are not in the lists.
    public func contains(_ number: UInt32) -> Bool {
        isInBase(number) || delta.row(of: number) != nil
    }

    /// Writes an item's vector as stored, `dimensions` values; false, and zeros, when the item is not there. O(dimensions),
    /// the first time O(count): see ``memory``, which grows by 4 bytes a number.
    @discardableResult
    public func copyVector(of number: UInt32, into vector: inout MutableSpan<Float>) -> Bool {
        precondition(vector.count == dimensions, "vector size does not fit")
        if isInBase(number), let row = base.row(of: number) {
            var values = [Int8](repeating: 0, count: base.layout.paddedDimensions)
            let scale = base.read(row: row, into: &values)
            for d in vector.indices { vector[d] = Float(values[d]) * scale }
            return true
        }
        if let row = delta.row(of: number) {
            delta.chunks[row / Chunk.rows].read(row: row % Chunk.rows, into: &vector)
            return true
        }
        for d in vector.indices { vector[d] = 0 }
        return false
    }
}
