import Kernels

/// Searches with rules: how many lists they take shows only on the way, so that lists are scanned in waves, best first.
extension ListSearch {
    /// A search that leaves some items out: as many lists as usual, and where items that are left out were among the best, as
    /// many as that takes.
    mutating func searchBarred(_ probes: Int) {
        var waves = Waves(self)
        waves.scan(&self, lists: min(seeds, probes))
        waves.scan(&self, lists: probes)
        cut()
        let threshold = work.candidates.threshold
        let better = work.rejected.count { $0 > threshold }
        if better > 0 { waves.scan(&self, lists: index.probes(k: results, barred: better)) }
    }

    /// A search of a part of the items: until as many allowed rows are scanned as a search without a filter scans rows, and
    /// then while a list that is left promises a row among the best so far: what is allowed may lie far from the query, where
    /// rows that are among the best are few in a list and the lists many. A filter that admits few items is searched whole.
    mutating func searchFiltered(_ filter: ItemFilter, _ probes: Int) {
        let wanted = probes * max(1, base.layout.rows / base.layout.lists)
        guard filter.count > wanted else {
            wantsEverything = true
            return
        }
        var waves = Waves(self)
        var allowed = 0
        var wave = probes
        while waves.lists < index.lists, isComplete {
            allowed += waves.scan(&self, lists: waves.lists + wave)
            if allowed >= wanted {
                cut()
                guard work.candidates.count >= k, waves.isPromising(self) else { return }
            }
            wave = waves.lists / 2 + 1
        }
    }
}

/// Lists scanned so far, from the best on.
struct Waves {
    /// How many.
    private(set) var lists = 0
    /// Lists above this score are scanned.
    private var limit = Float.infinity

    /// Beyond the two standard deviations that are in a list's score: what is left out then is one row in 800 of a list that
    /// the threshold just passes.
    private static let deviations: Float = 1

    init(_ search: ListSearch) {
        let layout = search.base.layout
        unsafe search.scratch.visited.base.update(repeating: 0, count: (layout.blocks + 63) / 64)
    }

    /// Goes on to about so many lists in all; returns how many rows that the filter admits were scanned.
    @discardableResult
    mutating func scan(_ search: inout ListSearch, lists wanted: Int) -> Int {
        guard wanted > lists else { return 0 }
        let scratch = search.scratch
        let padded = search.base.layout.paddedLists
        let coarse = unsafe scratch.coarse.base + search.place * padded
        let next = unsafe Kernels.unsafeLimit(
            coarse, count: padded, wanted: wanted, slack: (wanted - lists) / 8)
        let chosen = unsafe Kernels.unsafeCollect(
            coarse, count: padded, above: next, scores: scratch.probeScores.base, indices: scratch.probes.base)
        let ranges = makeRanges(search, chosen)
        let allowed = search.filter == nil ? 0 : Self.allowedRows(search, ranges)
        unsafe search.scan(scratch.ranges.base, ranges)
        lists = next == -.infinity ? search.index.lists : chosen
        limit = next
        return allowed
    }

    /// Whether a list that is left may hold a row above the candidates' threshold.
    func isPromising(_ search: ListSearch) -> Bool {
        let length = unsafe search.scratch.lengths.base[search.place] / search.scale.pointee
        guard length.isFinite else { return true }
        let more = Self.deviations / 2 * search.base.typicalSpread
        return limit + more >= search.work.candidates.threshold * length
    }

    /// Ranges of the blocks, none of them visited before, of the chosen lists that are not above the last limit.
    private func makeRanges(_ search: ListSearch, _ chosen: Int) -> Int {
        let scratch = search.scratch
        let ranges = unsafe scratch.ranges.base
        let blockRows = Kernels.blockRows
        var count = 0
        for i in 0..<chosen where unsafe scratch.probeScores.base[i] <= limit {
            let rows = unsafe search.base.range(of: Int(scratch.probes.base[i]))
            var first = rows.lowerBound / blockRows
            var end = (rows.upperBound + blockRows - 1) / blockRows
            // Only the blocks at the ends may be another list's too.
            let hasSeveral = first < end - 1
            if first < end, Self.visit(scratch, first) { first += 1 }
            if hasSeveral, Self.visit(scratch, end - 1) { end -= 1 }
            if first < end { unsafe ListSearch.append(UInt32(first), UInt32(end), to: ranges, &count) }
        }
        return count
    }

    /// Marks a block as visited; whether it was before.
    private static func visit(_ scratch: ListScratch, _ block: Int) -> Bool {
        let word = unsafe scratch.visited.base + block / 64
        let bit: UInt64 = 1 << UInt64(block % 64)
        defer { unsafe word.pointee |= bit }
        return unsafe word.pointee & bit != 0
    }

    /// How many rows of the ranges may be returned.
    private static func allowedRows(_ search: ListSearch, _ count: Int) -> Int {
        var sum = 0
        for i in 0..<count {
            let range = unsafe search.scratch.ranges.base[i]
            let first = Int(range.first) * Kernels.blockRows
            let end = min(first + Int(range.count) * Kernels.blockRows, search.base.layout.rows)
            for row in first..<end {
                let number = unsafe search.base.numbers[row]
                if search.isAllowed(number, inserted: false) && !search.isBarred(number) { sum += 1 }
            }
        }
        return sum
    }
}
