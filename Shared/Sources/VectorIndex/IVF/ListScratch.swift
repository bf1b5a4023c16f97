import Kernels

/// Memory that searches of lists work in: arrays behind pointers that grow and stay.
@safe
final class ListScratch {
    /// Scores of the centroids, a row a query of the batch.
    private(set) var coarse = WorkArray<Float>()
    /// The queries of the batch as they are, padded.
    private(set) var queries = WorkArray<Float>()
    /// Reciprocal lengths of the queries of the batch.
    private(set) var lengths = WorkArray<Float>()
    /// The lists to look at, rising, and the scores of their centroids.
    private(set) var probes = WorkArray<UInt32>()
    private(set) var probeScores = WorkArray<Float>()
    /// Blocks to scan first, and after that.
    private(set) var seeds = WorkArray<BlockRange>()
    private(set) var ranges = WorkArray<BlockRange>()
    /// Scores of rows.
    private(set) var scores = WorkArray<Float>()
    /// Blocks that the query at hand has scanned, one bit each.
    private(set) var visited = WorkArray<UInt64>()
    /// What is kept of each query of the batch.
    let works = (0..<SearchScratch.batch).map { _ in QueryScratch() }

    /// Makes room for searches of an index.
    func prepare(_ layout: IVFLayout, count: Int) {
        coarse.reserve(SearchScratch.batch * layout.paddedLists)
        queries.reserve(SearchScratch.batch * layout.paddedDimensions)
        lengths.reserve(SearchScratch.batch)
        probes.reserve(layout.paddedLists)
        probeScores.reserve(layout.paddedLists)
        seeds.reserve(layout.lists + 1)
        ranges.reserve(layout.lists + 1)
        scores.reserve(SearchScratch.batch * max(CandidateList.step, Chunk.rows))
        for work in works { work.excluded.reserve((count + 63) / 64) }
        visited.reserve((layout.blocks + 63) / 64)
    }
}

/// What a search keeps while the others of its batch run.
@safe
final class QueryScratch {
    /// Numbers that may not be returned, one bit each; all zero between searches.
    fileprivate(set) var excluded = WorkArray<UInt64>()
    /// Scores of barred items that would have been candidates.
    var rejected: [Float] = []
    var candidates = CandidateList()
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

    mutating func reserve(_ count: Int) {
        guard count > capacity else { return }
        unsafe base.deallocate()
        let bytes = max(count, 1) * MemoryLayout<Element>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        unsafe base = memory.bindMemory(to: Element.self, capacity: count)
        capacity = count
    }
}
