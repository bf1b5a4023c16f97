import Kernels

/// One query's search: it chooses lists, collects what scores high enough in what ``BatchSearch`` scans, and with rules scans
/// maybe more lists after that.
@safe
struct ListSearch {
    let index: IVFIndex
    let base: IVFLists
    let memory: ListMemory
    /// What is found so far.
    let found: UnsafeMutablePointer<Found>
    /// Numbers that may not be returned, one bit each.
    private let excluded: UnsafeMutablePointer<UInt64>
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
    /// The lists chosen so far, in a search with rules.
    var waves: Waves?
    /// Whether candidates must be looked up before they count.
    private let hasRules: Bool

    /// Marks a candidate's row as one of the rows inserted since the lists were made.
    private static let inserted: UInt32 = 1 << 31

    init(
        index: IVFIndex, memory: ListMemory, work: QueryScratch, place: Int, query: UnsafePointer<Int8>,
        scale: UnsafePointer<Float>,
        exact: UnsafePointer<Float>, results: Int, barred: [UInt32], filter: ItemFilter?,
        deadline: ContinuousClock.Instant?
    ) {
        self.index = index
        base = index.base
        self.memory = memory
        unsafe found = work.found
        unsafe excluded = work.bits
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

    /// Marks the lists that are to be scanned with those of the other queries.
    mutating func begin() {
        unsafe found.pointee.candidates.reset(k: k)
        unsafe found.pointee.rejected.removeAll(keepingCapacity: true)
        guard k > 0 else { return }
        mark(true)
        let probes = index.probes(k: results)
        if index.rowsScanned(probes: probes) >= base.layout.rows {
            wantsEverything = true
        } else if let filter {
            beginFiltered(filter, probes)
        } else if !barred.isEmpty {
            beginBarred(probes)
        } else {
            beginLists(probes)
        }
    }

    /// Scans what the rules call for, now that the lists that were marked are scanned.
    mutating func goOn() {
        guard let waves, isComplete else { return }
        if filter != nil { goOnFiltered(waves) } else { goOnBarred(waves) }
    }

    /// Takes in the scores of a chunk of the rows inserted since the lists were made.
    mutating func collectInserted(_ scores: UnsafePointer<Float>, chunk: Int) {
        guard k > 0 else { return }
        if unsafe found.pointee.candidates.isFull { cut() }
        let added = unsafe found.pointee.candidates.unsafeCollect(scores, count: Chunk.rows)
        unsafe found.pointee.candidates.unsafeRevise(last: added) { scores, rows in
            for i in 0..<added { unsafe rows[i] += Self.inserted + UInt32(chunk * Chunk.rows) }
            return hasRules ? unsafe admit(scores, rows, added, number) : added
        }
    }

    /// Ends without what is left: the deadline has come.
    mutating func stop() { isComplete = false }

    /// Leaves the results, sorted, in the candidates.
    mutating func end() {
        guard k > 0 else { return }
        if index.rescores {
            unsafe found.pointee.candidates.unsafeRescore(for: results, numberOf: number) { unsafe rescore($0, $1, $2) }
        }
        unsafe found.pointee.candidates.unsafeFinish(numberOf: number) { unsafe number($0, $1) }
        mark(false)
    }

    /// The usual search: the best few lists first, the others later.
    private mutating func beginLists(_ probes: Int) {
        let coarse = unsafe memory.coarse + place * base.layout.paddedLists
        let lists = unsafe memory.probes
        let scores = unsafe memory.probeScores
        let limit = unsafe Kernels.unsafeLimit(
            coarse, count: base.layout.paddedLists, wanted: probes, slack: probes / 16)
        let chosen = unsafe Kernels.unsafeCollect(
            coarse, count: base.layout.paddedLists, above: limit, scores: scores, indices: lists)
        let better =
            2 * seeds < chosen
            ? unsafe Kernels.unsafeLimit(scores, count: chosen, wanted: seeds, slack: seeds / 2 + 1) : -.infinity
        unsafe memory.marks.want(lists, scores, count: chosen, now: better, query: bit)
    }

    /// The best lists, enough that their rows make a good threshold.
    var seeds: Int { 3 * k / max(1, base.layout.rows / base.layout.lists) + 2 }

    /// The query's bit among those of its batch.
    var bit: UInt8 { 1 << UInt8(place) }

    /// Scans the lists that this query wants.
    mutating func scanWanted() {
        let ranges = unsafe memory.ranges(of: place)
        var count = 0
        memory.marks.takeBlocks(for: bit, of: base) { _, range in
            unsafe ranges[count] = range
            count += 1
        }
        unsafe scan(UnsafeMutableBufferPointer(start: ranges, count: count))
    }

    /// Scans ranges, which it uses up, and collects what is above the threshold.
    mutating func scan(_ ranges: UnsafeMutableBufferPointer<BlockRange>) {
        unsafe BlockGroups.forEach(ranges) { ranges, blocks in
            if let deadline, ContinuousClock.now >= deadline {
                isComplete = false
                return false
            }
            let scores = unsafe memory.scores
            unsafe Kernels.unsafeScanRanges(
                ranges, dimensions: base.layout.paddedDimensions, rows: base.rows, rowScales: base.scales,
                biases: base.biases.map { unsafe UnsafePointer($0) }, queries: 1, query: query, queryScales: scale,
                scores: scores, scoreStride: blocks * Kernels.blockRows)
            unsafe collect(scores, count: blocks * Kernels.blockRows, from: ranges)
            return true
        }
    }

    /// Takes in the scores of a range of blocks.
    mutating func collect(_ scores: UnsafePointer<Float>, from range: BlockRange) {
        guard k > 0 else { return }
        unsafe withUnsafePointer(to: range) {
            unsafe collect(
                scores, count: Int(range.count) * Kernels.blockRows, from: UnsafeBufferPointer(start: $0, count: 1))
        }
    }

    /// Takes in the scores of ranges of blocks, one after the other.
    mutating func collect(_ scores: UnsafePointer<Float>, count: Int, from ranges: UnsafeBufferPointer<BlockRange>) {
        if unsafe found.pointee.candidates.isFull { cut() }
        let added = unsafe found.pointee.candidates.unsafeCollect(scores, count: count)
        guard added > 0 else { return }
        unsafe found.pointee.candidates.unsafeRevise(last: added) { scores, rows in
            unsafe Self.locate(rows, added, ranges)
            return hasRules ? unsafe admit(scores, rows, added) { unsafe base.numbers[Int($0)] } : added
        }
    }

    /// Turns places in the scores of a group of ranges, rising, into rows.
    private static func locate(
        _ rows: UnsafeMutablePointer<UInt32>, _ count: Int, _ ranges: UnsafeBufferPointer<BlockRange>
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
                unsafe found.pointee.rejected.append(unsafe scores[i])
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
        return unsafe excluded[Int(number / 64)] >> UInt64(number % 64) & 1 != 0
    }

    @inline(__always)
    private func number(of row: UInt32) -> UInt32 {
        guard row >= Self.inserted else { return unsafe base.numbers[Int(row)] }
        let place = Int(row - Self.inserted)
        return index.delta.numbers[place / Chunk.rows][place % Chunk.rows]
    }

    mutating func cut() {
        unsafe found.pointee.candidates.cut(numberOf: number)
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
            let word = unsafe excluded + Int(number / 64)
            if isBarred { unsafe word.pointee |= 1 << UInt64(number % 64) } else { unsafe word.pointee = 0 }
        }
    }
}
