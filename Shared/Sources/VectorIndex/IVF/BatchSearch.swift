import Kernels

/// The searches of a batch. A block that several of them look at is scanned for all of these at once, while it is in the cache:
/// blocks of lists that the same queries have chosen, where these are many, rows inserted since the lists were made, and for some searches everything.
/// Each query's best few lists come first: their scores make thresholds that spare most of the collecting in the others. Only
/// what rules call for after that is scanned for one query.
@safe
struct BatchSearch {
    private var searches: [ListSearch]
    private let index: IVFIndex
    private let memory: ListMemory
    private let queries: UnsafePointer<Int8>
    private let scales: UnsafePointer<Float>
    private let deadline: ContinuousClock.Instant?

    /// Searches of one index whose queries lie one after the other, `stride` values each, and scales as well.
    init(
        _ searches: [ListSearch], of index: IVFIndex, memory: ListMemory, queries: UnsafePointer<Int8>,
        scales: UnsafePointer<Float>, deadline: ContinuousClock.Instant?
    ) {
        self.searches = searches
        self.index = index
        self.memory = memory
        unsafe self.queries = unsafe queries
        unsafe self.scales = unsafe scales
        self.deadline = deadline
    }

    /// Appends the results of all queries.
    mutating func run(into results: inout SearchResults) {
        memory.marks.reset()
        for i in searches.indices { searches[i].begin() }
        scanEverything()
        scanWanted()
        for i in searches.indices { searches[i].cut() }
        memory.marks.advance()
        scanWanted()
        for i in searches.indices { searches[i].goOn() }
        scanInserted()
        for i in searches.indices {
            searches[i].end()
            unsafe searches[i].found.pointee.candidates.append(numbersTo: &results.items, scoresTo: &results.scores)
            results.endQuery()
            if !searches[i].isComplete { results.isComplete = false }
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
        let scores = unsafe memory.scores
        for first in stride(from: 0, to: base.layout.blocks, by: BlockGroups.most) {
            guard isInTime(places) else { return }
            let blocks = min(BlockGroups.most, base.layout.blocks - first)
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

    /// Blocks that are worth a scan for several queries: fewer cost more to bring together than they cost each on its own.
    private static let worthSharing: UInt32 = 32

    /// Scans the lists that the searches want: blocks that several want for these at once, where they are enough.
    private mutating func scanWanted() {
        var counts = InlineArray<8, Int>(repeating: 0)
        var shared = 0
        memory.marks.takeBlocks(for: .max, of: index.base) { queries, range in
            if queries & (queries - 1) == 0 {
                let place = queries.trailingZeroBitCount
                unsafe memory.ranges(of: place)[counts[place]] = range
                counts[place] += 1
            } else {
                unsafe memory.shared[shared] = SharedBlocks(queries: queries, range: range)
                shared += 1
            }
        }
        var blocks = unsafe UnsafeMutableBufferPointer(start: memory.shared, count: shared)
        unsafe blocks.sort { ($0.queries, $0.range.first) < ($1.queries, $1.range.first) }
        var first = 0
        while first < shared {
            let queries = unsafe blocks[first].queries
            var end = first
            var sum: UInt32 = 0
            while end < shared, unsafe blocks[end].queries == queries {
                unsafe memory.sharedRanges[end - first] = blocks[end].range
                unsafe sum += blocks[end].range.count
                end += 1
            }
            let ranges = unsafe UnsafeMutableBufferPointer(start: memory.sharedRanges, count: end - first)
            if sum >= Self.worthSharing {
                unsafe scan(ranges, for: queries)
            } else {
                for place in searches.indices where searches[place].bit & queries != 0 {
                    unsafe (memory.ranges(of: place) + counts[place]).update(
                        from: memory.sharedRanges, count: ranges.count)
                    counts[place] += ranges.count
                }
            }
            first = end
        }
        for place in searches.indices {
            unsafe searches[place].scan(
                UnsafeMutableBufferPointer(start: memory.ranges(of: place), count: counts[place]))
        }
    }

    /// Scans ranges, which it uses up, for the queries named by bits.
    private mutating func scan(_ ranges: UnsafeMutableBufferPointer<BlockRange>, for bits: UInt8) {
        let base = index.base
        let size = base.layout.paddedDimensions
        let places = searches.indices.filter { searches[$0].bit & bits != 0 }
        for (number, place) in places.enumerated() {
            unsafe (memory.sharing + number * size).update(from: queries + place * size, count: size)
            unsafe memory.sharingScales[number] = scales[place]
        }
        let scores = unsafe memory.scores
        unsafe BlockGroups.forEach(ranges) { ranges, blocks in
            guard isInTime(places) else { return false }
            unsafe Kernels.unsafeScanRanges(
                ranges, dimensions: size, rows: base.rows, rowScales: base.scales,
                biases: base.biases.map { unsafe UnsafePointer($0) }, queries: places.count,
                query: memory.sharing, queryScales: memory.sharingScales, scores: scores,
                scoreStride: CandidateList.step)
            for (number, place) in places.enumerated() {
                unsafe searches[place].collect(
                    scores + number * CandidateList.step, count: blocks * Kernels.blockRows, from: ranges)
            }
            return true
        }
    }

    /// Scans what was inserted since the lists were made, all of it.
    private mutating func scanInserted() {
        let scores = unsafe memory.scores
        for (number, chunk) in index.delta.chunks.enumerated() where chunk.alive > 0 {
            guard isInTime(searches.indices) else { return }
            unsafe chunk.unsafeScan(queries: searches.count, query: queries, queryScales: scales, scores: scores)
            for place in searches.indices {
                unsafe searches[place].collectInserted(scores + place * Chunk.rows, chunk: number)
            }
        }
    }

    /// False once the deadline has come, which leaves some searches incomplete.
    private mutating func isInTime(_ places: some Sequence<Int>) -> Bool {
        guard let deadline, ContinuousClock.now >= deadline else { return true }
        for place in places { searches[place].stop() }
        return false
    }
}
