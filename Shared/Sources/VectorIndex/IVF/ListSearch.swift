import Kernels

/// One query's search: the lists are chosen, scanned, and what scores high enough collected; then what was inserted since, whose
/// rows are scanned for a whole batch.
@safe
struct ListSearch {
    let index: IVFIndex
    let base: IVFLists
    let scratch: ListScratch
    /// What is kept of this query alone.
    let work: QueryScratch
    /// The query's place in its batch.
    let place: Int
    let query: UnsafePointer<Int8>
    let scale: UnsafePointer<Float>
    /// The query as it is, padded.
    let exact: UnsafePointer<Float>
    /// How many results are wanted.
    let results: Int
    /// How many candidates are collected: the results, or more where they are scored once more.
    let k: Int
    let barred: [UInt32]
    let filter: ItemFilter?
    let deadline: ContinuousClock.Instant?
    /// False when the deadline came before the end.
    private(set) var isComplete = true
    /// Whether all rows of the lists are to be scanned.
    var wantsEverything = false
    /// Whether candidates must be looked up before they count.
    private let hasRules: Bool

    /// Marks a candidate's row as one of the rows inserted since the lists were made.
    private static let inserted: UInt32 = 1 << 31

    init(
        index: IVFIndex, scratch: ListScratch, place: Int, query: UnsafePointer<Int8>, scale: UnsafePointer<Float>,
        exact: UnsafePointer<Float>, results: Int, barred: [UInt32], filter: ItemFilter?,
        deadline: ContinuousClock.Instant?
    ) {
        self.index = index
        base = index.base
        self.scratch = scratch
        work = scratch.works[place]
        self.place = place
        unsafe self.query = unsafe query
        unsafe self.scale = unsafe scale
        unsafe self.exact = unsafe exact
        self.results = results
        k = index.rescores && results > 0 ? IVFIndex.candidates(for: results) : results
        self.barred = barred
        self.filter = filter
        self.deadline = deadline
        hasRules = !barred.isEmpty || filter != nil || index.dead != nil
    }

    /// Scans the lists, unless everything is wanted.
    mutating func begin() {
        work.candidates.reset(k: k)
        work.rejected.removeAll(keepingCapacity: true)
        guard k > 0 else { return }
        mark(true)
        let probes = index.probes(k: results)
        if index.rowsScanned(probes: probes) >= base.layout.rows {
            wantsEverything = true
        } else if let filter {
            searchFiltered(filter, probes)
        } else if !barred.isEmpty {
            searchBarred(probes)
        } else {
            searchLists(probes)
        }
    }

    /// Takes in the scores of a chunk of the rows inserted since the lists were made.
    func collectInserted(_ scores: UnsafePointer<Float>, chunk: Int) {
        guard k > 0 else { return }
        if work.candidates.isFull { cut() }
        let found = unsafe work.candidates.unsafeCollect(scores, count: Chunk.rows)
        unsafe work.candidates.unsafeRevise(last: found) { scores, rows in
            for i in 0..<found { unsafe rows[i] += Self.inserted + UInt32(chunk * Chunk.rows) }
            return hasRules ? unsafe admit(scores, rows, found, number) : found
        }
    }

    /// Ends without what is left: the deadline has come.
    mutating func stop() { isComplete = false }

    /// Leaves the results, sorted, in the candidates.
    func end() {
        guard k > 0 else { return }
        if index.rescores {
            unsafe work.candidates.unsafeRescore(for: results, numberOf: number) { unsafe rescore($0, $1, $2) }
        }
        unsafe work.candidates.unsafeFinish(numberOf: number) { unsafe number($0, $1) }
        mark(false)
    }

    /// The usual search: the best few lists first, whose scores make a threshold that spares most of the collecting in the others.
    private mutating func searchLists(_ probes: Int) {
        let coarse = unsafe scratch.coarse.base + place * base.layout.paddedLists
        let limit = unsafe Kernels.unsafeLimit(
            coarse, count: base.layout.paddedLists, wanted: probes, slack: probes / 16)
        let chosen = unsafe Kernels.unsafeCollect(
            coarse, count: base.layout.paddedLists, above: limit, scores: scratch.probeScores.base,
            indices: scratch.probes.base)
        let better =
            2 * seeds < chosen
            ? unsafe Kernels.unsafeLimit(
                scratch.probeScores.base, count: chosen, wanted: seeds, slack: seeds / 2 + 1) : -.infinity
        let (first, rest) = makeRanges(chosen, better)
        unsafe scan(scratch.seeds.base, first)
        cut()
        unsafe scan(scratch.ranges.base, rest)
    }

    /// The best lists, enough that their rows make a good threshold.
    var seeds: Int { 3 * k / max(1, base.layout.rows / base.layout.lists) + 2 }

    /// Ranges of blocks of the chosen lists, those above a score apart from the others; a block that two lists share is only in
    /// one range.
    private func makeRanges(_ chosen: Int, _ better: Float) -> (Int, Int) {
        let seeds = unsafe scratch.seeds.base
        let ranges = unsafe scratch.ranges.base
        let probes = unsafe scratch.probes.base
        let scores = unsafe scratch.probeScores.base
        let starts = unsafe base.starts
        var counts = (0, 0)
        var next: UInt32 = 0
        for i in 0..<chosen {
            let list = unsafe Int(probes[i])
            let first = unsafe max(starts[list] / UInt32(Kernels.blockRows), next)
            let end = unsafe (starts[list + 1] + UInt32(Kernels.blockRows - 1)) / UInt32(Kernels.blockRows)
            guard first < end else { continue }
            next = end
            if unsafe scores[i] > better {
                unsafe Self.append(first, end, to: seeds, &counts.0)
            } else {
                unsafe Self.append(first, end, to: ranges, &counts.1)
            }
        }
        return counts
    }

    @inline(__always)
    static func append(
        _ first: UInt32, _ end: UInt32, to ranges: UnsafeMutablePointer<BlockRange>, _ count: inout Int
    ) {
        if count > 0, unsafe ranges[count - 1].first + ranges[count - 1].count == first {
            unsafe ranges[count - 1].count += end - first
        } else {
            unsafe ranges[count] = BlockRange(first: first, count: end - first)
            count += 1
        }
    }

    /// Scans ranges, which it uses up, and collects what is above the threshold.
    mutating func scan(_ ranges: UnsafeMutablePointer<BlockRange>, _ count: Int) {
        let most = UInt32(CandidateList.step / Kernels.blockRows)
        var first = 0
        while first < count {
            if let deadline, ContinuousClock.now >= deadline {
                isComplete = false
                return
            }
            var end = first
            var blocks: UInt32 = 0
            while end < count, unsafe blocks + ranges[end].count <= most {
                unsafe blocks += ranges[end].count
                end += 1
            }
            if end > first {
                unsafe scanGroup(ranges + first, end - first, Int(blocks))
                first = end
            } else {
                var piece = unsafe BlockRange(first: ranges[first].first, count: most)
                unsafe scanGroup(&piece, 1, Int(most))
                unsafe ranges[first].first += most
                unsafe ranges[first].count -= most
            }
        }
    }

    private func scanGroup(_ ranges: UnsafePointer<BlockRange>, _ count: Int, _ blocks: Int) {
        let size = base.layout.paddedDimensions
        let scores = unsafe scratch.scores.base
        unsafe Kernels.unsafeScanRanges(
            UnsafeBufferPointer(start: ranges, count: count), dimensions: size, rows: base.rows,
            rowScales: base.scales, biases: base.biases.map { unsafe UnsafePointer($0) }, queries: 1, query: query,
            queryScales: scale, scores: scores, scoreStride: blocks * Kernels.blockRows)
        unsafe collect(scores, count: blocks * Kernels.blockRows, from: ranges)
    }

    /// Takes in the scores of a range of blocks.
    func collect(_ scores: UnsafePointer<Float>, from range: BlockRange) {
        guard k > 0 else { return }
        var range = range
        unsafe collect(scores, count: Int(range.count) * Kernels.blockRows, from: &range)
    }

    private func collect(_ scores: UnsafePointer<Float>, count: Int, from ranges: UnsafePointer<BlockRange>) {
        if work.candidates.isFull { cut() }
        let found = unsafe work.candidates.unsafeCollect(scores, count: count)
        guard found > 0 else { return }
        unsafe work.candidates.unsafeRevise(last: found) { scores, rows in
            unsafe Self.locate(rows, found, ranges)
            return hasRules ? unsafe admit(scores, rows, found) { unsafe base.numbers[Int($0)] } : found
        }
    }

    /// Turns places in the scores of a group of ranges, rising, into rows.
    private static func locate(
        _ rows: UnsafeMutablePointer<UInt32>, _ count: Int, _ ranges: UnsafePointer<BlockRange>
    ) {
        let blockRows = UInt32(Kernels.blockRows)
        var range = 0
        var start: UInt32 = 0
        var end = unsafe ranges[0].count * blockRows
        var shift = unsafe ranges[0].first &* blockRows
        for i in 0..<count {
            let place = unsafe rows[i]
            while place >= end {
                range += 1
                start = end
                unsafe end += ranges[range].count * blockRows
                unsafe shift = ranges[range].first &* blockRows &- start
            }
            unsafe rows[i] = place &+ shift
        }
    }

    /// Keeps the candidates that the rules admit; returns how many.
    @inline(__always)
    private func admit(
        _ scores: UnsafeMutablePointer<Float>, _ rows: UnsafeMutablePointer<UInt32>, _ count: Int,
        _ numberOf: (UInt32) -> UInt32
    ) -> Int {
        var kept = 0
        for i in 0..<count {
            let row = unsafe rows[i]
            unsafe scores[kept] = scores[i]
            unsafe rows[kept] = row
            let number = numberOf(row)
            if isBarred(number) {
                work.rejected.append(unsafe scores[i])
            } else if isAllowed(number, inserted: row >= Self.inserted) {
                kept += 1
            }
        }
        return kept
    }

    @inline(__always)
    func isAllowed(_ number: UInt32, inserted: Bool) -> Bool {
        if !inserted, let dead = index.dead, dead.contains(number) { return false }
        return filter?.contains(number) ?? true
    }

    @inline(__always)
    func isBarred(_ number: UInt32) -> Bool {
        guard !barred.isEmpty else { return false }
        return unsafe work.excluded.base[Int(number / 64)] >> UInt64(number % 64) & 1 != 0
    }

    @inline(__always)
    private func number(of row: UInt32) -> UInt32 {
        guard row >= Self.inserted else { return unsafe base.numbers[Int(row)] }
        let place = Int(row - Self.inserted)
        return index.delta.numbers[place / Chunk.rows][place % Chunk.rows]
    }

    func cut() {
        work.candidates.cut(numberOf: number)
    }

    /// Turns rows into numbers, in place.
    private func number(_ rows: UnsafeMutablePointer<UInt32>, _ count: Int) {
        if index.delta.chunks.isEmpty {
            let numbers = unsafe base.numbers
            for i in 0..<count { unsafe rows[i] = numbers[Int(rows[i])] }
        } else {
            for i in 0..<count { unsafe rows[i] = number(of: rows[i]) }
        }
    }

    /// Scores of rows by the query as it is.
    private func rescore(_ scores: UnsafeMutablePointer<Float>, _ rows: UnsafePointer<UInt32>, _ count: Int) {
        var first = 0
        while first < count {
            if unsafe rows[first] >= Self.inserted {
                unsafe scores[first] = insertedScore(rows[first] - Self.inserted)
                first += 1
                continue
            }
            var end = first + 1
            while end < count, unsafe rows[end] < Self.inserted { end += 1 }
            unsafe Kernels.unsafeDotRows(
                UnsafeBufferPointer(start: rows + first, count: end - first),
                dimensions: base.layout.paddedDimensions, rows: base.rows, rowScales: base.scales,
                biases: base.biases.map { unsafe UnsafePointer($0) }, query: exact, scores: scores + first)
            first = end
        }
    }

    private func insertedScore(_ place: UInt32) -> Float {
        let chunk = index.delta.chunks[Int(place) / Chunk.rows]
        var vector = [Float](repeating: 0, count: index.dimensions)
        var span = vector.mutableSpan
        chunk.read(row: Int(place) % Chunk.rows, into: &span)
        var sum: Float = 0
        for d in vector.indices { sum += unsafe vector[d] * exact[d] }
        return sum + chunk.bias(of: Int(place) % Chunk.rows)
    }

    /// Sets or clears the bits of the barred numbers.
    private func mark(_ isBarred: Bool) {
        for number in barred where Int(number) < index.count {
            let word = unsafe work.excluded.base + Int(number / 64)
            if isBarred { unsafe word.pointee |= 1 << UInt64(number % 64) } else { unsafe word.pointee = 0 }
        }
    }
}
