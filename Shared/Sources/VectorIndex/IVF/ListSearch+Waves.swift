import Kernels

/// Searches with rules: how many lists they take shows only on the way, so that lists are scanned in waves, best first.
extension ListSearch {
    /// A search that leaves some items out: as many lists as usual, and where items that are left out were among the best, as
    /// many as that takes.
    mutating func beginBarred(_ probes: Int) {
        var waves = Waves()
        waves.want(lists: min(seeds, probes), self)
        waves.want(lists: probes, later: true, self)
        self.waves = waves
    }

    mutating func goOnBarred(_ waves: Waves) {
        var waves = waves
        cut()
        let threshold = unsafe found.pointee.candidates.threshold
        let better = unsafe found.pointee.rejected.count { $0 > threshold }
        guard better > 0 else { return }
        waves.want(lists: index.probes(k: results, barred: better), self)
        scanWanted()
    }

    /// A search of a part of the items: until the lists hold as many allowed rows as those of a search without a filter hold
    /// rows, and then while a list that is left promises a row among the best so far: what is allowed may lie far from the
    /// query, where rows that are among the best are few in a list and the lists many. A filter that admits few items is
    /// searched whole.
    mutating func beginFiltered(_ filter: ItemFilter, _ probes: Int) {
        guard filter.count > usualRows else {
            wantsEverything = true
            return
        }
        var waves = Waves()
        waves.want(lists: probes, later: true, self)
        self.waves = waves
    }

    mutating func goOnFiltered(_ waves: Waves) {
        var waves = waves
        while waves.lists < index.lists, isComplete {
            if waves.allowed >= usualRows {
                cut()
                guard unsafe found.pointee.candidates.count >= k, waves.isPromising(self) else { return }
            }
            waves.want(lists: waves.lists + waves.lists / 2 + 1, self)
            scanWanted()
        }
    }

    /// Rows in the lists of a search without a filter.
    private var usualRows: Int { index.probes(k: results) * max(1, base.layout.rows / base.layout.lists) }
}

/// Lists chosen so far, from the best on.
struct Waves {
    /// How many.
    private(set) var lists = 0
    /// How many of their rows the filter admits; 0 without one.
    private(set) var allowed = 0
    /// The lists above this score are those.
    private var limit = Float.infinity

    /// Beyond the two standard deviations that are in a list's score: what is left out then is one row in 800 of a list that
    /// the threshold just passes.
    private static let deviations: Float = 1

    /// Goes on to about so many lists in all: marks those that the search has not had as
    /// wanted, now or later.
    mutating func want(lists wanted: Int, later: Bool = false, _ search: ListSearch) {
        guard wanted > lists else { return }
        let memory = search.memory
        let padded = search.base.layout.paddedLists
        let coarse = unsafe memory.coarse + search.place * padded
        limit = unsafe Kernels.unsafeLimit(coarse, count: padded, wanted: wanted, slack: (wanted - lists) / 8)
        let (numbers, scores) = unsafe (memory.probes, memory.probeScores)
        let chosen = unsafe Kernels.unsafeCollect(
            coarse, count: padded, above: limit, scores: scores, indices: numbers)
        let now = later ? Float.infinity : -.infinity
        unsafe memory.marks.want(numbers, scores, count: chosen, now: now, query: search.bit) { list in
            if search.filter != nil { allowed += Self.allowedRows(search, list) }
        }
        lists = limit == -.infinity ? search.index.lists : chosen
    }

    /// Whether a list that is left may hold a row above the candidates' threshold.
    func isPromising(_ search: ListSearch) -> Bool {
        let length = unsafe search.memory.lengths[search.place] / search.scale.pointee
        guard length.isFinite else { return true }
        let more = Self.deviations / 2 * search.base.typicalSpread
        return unsafe limit + more >= search.found.pointee.candidates.threshold * length
    }

    /// How many rows of a list may be returned.
    private static func allowedRows(_ search: ListSearch, _ list: Int) -> Int {
        search.base.range(of: list).count { row in
            let number = unsafe search.base.numbers[row]
            return search.isAllowed(number, inserted: false) && !search.isBarred(number)
        }
    }
}
