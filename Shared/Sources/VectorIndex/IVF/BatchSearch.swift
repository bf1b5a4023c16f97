import Kernels

/// The searches of a batch. Each looks at its own lists, of which two queries seldom share more than a few; what several look
/// at, rows inserted since the lists were made and for some searches everything, is scanned for all of them at once, block by
/// block while a block is in the cache.
@safe
struct BatchSearch {
    private var searches: [ListSearch]
    private let index: IVFIndex
    private let scratch: ListScratch
    private let queries: UnsafePointer<Int8>
    private let scales: UnsafePointer<Float>
    private let deadline: ContinuousClock.Instant?

    /// Searches of one index whose queries lie one after the other, `stride` values each, and scales as well.
    init(
        _ searches: [ListSearch], of index: IVFIndex, scratch: ListScratch, queries: UnsafePointer<Int8>,
        scales: UnsafePointer<Float>, deadline: ContinuousClock.Instant?
    ) {
        self.searches = searches
        self.index = index
        self.scratch = scratch
        unsafe self.queries = unsafe queries
        unsafe self.scales = unsafe scales
        self.deadline = deadline
    }

    /// Appends the results of all queries.
    mutating func run(into results: inout SearchResults) {
        for i in searches.indices { searches[i].begin() }
        scanEverything()
        scanInserted()
        for search in searches {
            search.end()
            search.work.candidates.append(numbersTo: &results.items, scoresTo: &results.scores)
            results.endQuery()
            if !search.isComplete { results.isComplete = false }
        }
    }

    /// Scans all lists for the queries that want it; neighbours among these together.
    private mutating func scanEverything() {
        var first = 0
        while first < searches.count {
            guard searches[first].wantsEverything else {
                first += 1
                continue
            }
            let end = searches[first...].firstIndex { !$0.wantsEverything } ?? searches.count
            scanEverything(for: first..<end)
            first = end
        }
    }

    private mutating func scanEverything(for places: Range<Int>) {
        let base = index.base
        let size = base.layout.paddedDimensions
        let most = CandidateList.step / Kernels.blockRows
        let scores = unsafe scratch.scores.base
        for first in stride(from: 0, to: base.layout.blocks, by: most) {
            guard isInTime(places) else { return }
            let blocks = min(most, base.layout.blocks - first)
            let row = first * Kernels.blockRows
            unsafe Kernels.unsafeScan(
                blocks: blocks, dimensions: size, rows: base.rows + row * size, rowScales: base.scales + row,
                biases: base.biases.map { unsafe UnsafePointer($0 + row) }, queries: places.count,
                query: queries + places.lowerBound * size, queryScales: scales + places.lowerBound, scores: scores,
                scoreStride: CandidateList.step)
            let range = BlockRange(first: UInt32(first), count: UInt32(blocks))
            for place in places {
                let own = unsafe scores + (place - places.lowerBound) * CandidateList.step
                unsafe searches[place].collect(own, from: range)
            }
        }
    }

    /// Scans what was inserted since the lists were made, all of it.
    private mutating func scanInserted() {
        let scores = unsafe scratch.scores.base
        for (number, chunk) in index.delta.chunks.enumerated() where chunk.alive > 0 {
            guard isInTime(searches.indices) else { return }
            unsafe chunk.unsafeScan(queries: searches.count, query: queries, queryScales: scales, scores: scores)
            for place in searches.indices {
                unsafe searches[place].collectInserted(scores + place * Chunk.rows, chunk: number)
            }
        }
    }

    /// False once the deadline has come, which leaves some searches incomplete.
    private mutating func isInTime(_ places: Range<Int>) -> Bool {
        guard let deadline, ContinuousClock.now >= deadline else { return true }
        for place in places { searches[place].stop() }
        return false
    }
}
