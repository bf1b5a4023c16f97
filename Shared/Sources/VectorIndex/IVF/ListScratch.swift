import Kernels

/// Memory that searches of lists work in: arrays that grow and stay.
@safe
final class ListScratch {
    private var coarse = WorkArray<Float>()
    private var queries = WorkArray<Float>()
    private var lengths = WorkArray<Float>()
    private var probes = WorkArray<UInt32>()
    private var probeScores = WorkArray<Float>()
    private var wanted = WorkArray<UInt8>()
    private var later = WorkArray<UInt8>()
    private var had = WorkArray<UInt8>()
    private var ranges = WorkArray<BlockRange>()
    private var shared = WorkArray<SharedBlocks>()
    private var sharedRanges = WorkArray<BlockRange>()
    private var sharing = WorkArray<Int8>()
    private var sharingScales = WorkArray<Float>()
    private var scores = WorkArray<Float>()
    /// What is kept of each query of the batch.
    let works = (0..<SearchScratch.batch).map { _ in QueryScratch() }

    /// Makes room for searches of an index; returns where. O(lists).
    func prepare(_ layout: IVFLayout, count: Int) -> ListMemory {
        let batch = SearchScratch.batch
        let rangesPerQuery = ListMarks.mostRanges(lists: layout.lists)
        for work in works { unsafe work.excluded.reserve((count + 63) / 64) }
        return unsafe ListMemory(
            coarse: coarse.reserve(batch * layout.paddedLists),
            queries: queries.reserve(batch * layout.paddedDimensions),
            lengths: lengths.reserve(batch),
            probes: probes.reserve(layout.paddedLists),
            probeScores: probeScores.reserve(layout.paddedLists),
            marks: ListMarks(
                wanted: wanted.reserve(ListMarks.bytes(lists: layout.lists)),
                later: later.reserve(ListMarks.bytes(lists: layout.lists)),
                had: had.reserve(ListMarks.bytes(lists: layout.lists)), lists: layout.lists),
            ranges: ranges.reserve(batch * rangesPerQuery), rangesPerQuery: rangesPerQuery,
            shared: shared.reserve(rangesPerQuery), sharedRanges: sharedRanges.reserve(rangesPerQuery),
            sharing: sharing.reserve(batch * layout.paddedDimensions),
            sharingScales: sharingScales.reserve(batch),
            scores: scores.reserve(batch * max(CandidateList.step, Chunk.rows)))
    }
}

/// The arrays of a ``ListScratch``.
@safe
struct ListMemory {
    /// Scores of the centroids, a row a query of the batch.
    let coarse: UnsafeMutablePointer<Float>
    /// The queries of the batch as they are, padded.
    let queries: UnsafeMutablePointer<Float>
    /// Reciprocal lengths of the queries of the batch.
    let lengths: UnsafeMutablePointer<Float>
    /// The lists to look at, rising, and the scores of their centroids.
    let probes: UnsafeMutablePointer<UInt32>
    let probeScores: UnsafeMutablePointer<Float>
    /// The lists that the queries of the batch want, and had.
    let marks: ListMarks
    /// Blocks to scan for one query, a row a query of the batch.
    fileprivate let ranges: UnsafeMutablePointer<BlockRange>
    fileprivate let rangesPerQuery: Int
    /// Blocks to scan for several.
    let shared: UnsafeMutablePointer<SharedBlocks>
    /// Those of them that are scanned next.
    let sharedRanges: UnsafeMutablePointer<BlockRange>
    /// Queries that share blocks, one after the other, and their scales.
    let sharing: UnsafeMutablePointer<Int8>
    let sharingScales: UnsafeMutablePointer<Float>
    /// Scores of rows, a row of at most ``CandidateList/step`` a query of the batch.
    let scores: UnsafeMutablePointer<Float>

    /// Room for the blocks that one query of the batch wants.
    func ranges(of place: Int) -> UnsafeMutablePointer<BlockRange> { unsafe ranges + place * rangesPerQuery }
}

/// Blocks that the same queries of a batch want, a bit each.
struct SharedBlocks: BitwiseCopyable {
    let queries: UInt8
    let range: BlockRange
}

/// What a search keeps while the others of its batch run.
@safe
final class QueryScratch {
    /// Numbers that may not be returned, one bit each; all zero between searches.
    fileprivate var excluded = WorkArray<UInt64>()
    /// The candidates, and scores of barred items that would have been some.
    let found: UnsafeMutablePointer<Found>

    init() {
        unsafe found = .allocate(capacity: 1)
        unsafe found.initialize(to: Found())
    }

    deinit {
        unsafe found.deinitialize(count: 1)
        unsafe found.deallocate()
    }

    /// The bits of numbers that may not be returned.
    var bits: UnsafeMutablePointer<UInt64> { unsafe excluded.base }
}

/// What a query has found so far.
struct Found: ~Copyable {
    var candidates = CandidateList()
    /// Scores of barred items that would have been candidates.
    var rejected: [Float] = []
}

/// An array of trivial values that is worked on through its pointer: zero at first, and its content goes when it grows.
@safe
struct WorkArray<Element: BitwiseCopyable>: ~Copyable {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var capacity = 0

    init() {
        unsafe base = .allocate(capacity: 0)
    }

    deinit {
        unsafe base.deallocate()
    }

    @discardableResult
    mutating func reserve(_ count: Int) -> UnsafeMutablePointer<Element> {
        guard count > capacity else { return unsafe base }
        unsafe base.deallocate()
        let bytes = max(count, 1) * MemoryLayout<Element>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        unsafe base = memory.bindMemory(to: Element.self, capacity: count)
        capacity = count
        return unsafe base
    }
}
