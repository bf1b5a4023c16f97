import Kernels

/// Which lists the queries of a batch want scanned now and which later, and which they have had, a bit a query for each.
@safe
struct ListMarks {
    private let wanted: UnsafeMutablePointer<UInt8>
    private let later: UnsafeMutablePointer<UInt8>
    private let had: UnsafeMutablePointer<UInt8>
    private let words: Int

    private static let word = MemoryLayout<UInt64>.size

    /// Room that the marks of lists need.
    static func bytes(lists: Int) -> Int { (lists + word - 1) / word * word }

    /// How many ranges of blocks a query may want at most: of each list its first, its last, and those between.
    static func mostRanges(lists: Int) -> Int { 3 * lists }

    /// Marks in memory of a byte a list, see ``bytes(lists:)``.
    init(
        wanted: UnsafeMutablePointer<UInt8>, later: UnsafeMutablePointer<UInt8>, had: UnsafeMutablePointer<UInt8>,
        lists: Int
    ) {
        unsafe self.wanted = wanted
        unsafe self.later = later
        unsafe self.had = had
        words = Self.bytes(lists: lists) / Self.word
    }

    /// Starts a batch: nothing is wanted, nothing had. O(lists).
    func reset() {
        unsafe wanted.update(repeating: 0, count: words * Self.word)
        unsafe later.update(repeating: 0, count: words * Self.word)
        unsafe had.update(repeating: 0, count: words * Self.word)
    }

    /// Marks lists that a query has not had: those above a score as wanted, the others for later. Calls a closure for each.
    @inline(__always)
    func want(
        _ lists: UnsafePointer<UInt32>, _ scores: UnsafePointer<Float>, count: Int, now limit: Float, query: UInt8,
        _ body: (Int) -> Void = { _ in }
    ) {
        for i in 0..<count {
            let list = unsafe Int(lists[i])
            guard unsafe (had[list] | wanted[list]) & query == 0 else { continue }
            let marks = unsafe scores[i] > limit ? wanted : later
            unsafe marks[list] |= query
            body(list)
        }
    }

    /// What was wanted later is wanted now. O(lists).
    func advance() {
        for list in 0..<words * Self.word {
            unsafe wanted[list] |= later[list]
            unsafe later[list] = 0
        }
    }

    /// Calls a closure for the blocks of all lists that some queries want, in the order of memory, with the queries that want
    /// them: runs as long as these stay the same. The lists are had then. A block that two lists share is given once to a
    /// query that wants both, and not to one that has had either. O(lists).
    @inline(__always)
    func takeBlocks(for queries: UInt8, of base: IVFLists, _ body: (UInt8, BlockRange) -> Void) {
        let starts = unsafe base.starts
        let all = UInt64(queries) &* 0x0101_0101_0101_0101
        let blockRows = UInt32(Kernels.blockRows)
        var run = (queries: UInt8(0), first: UInt32(0), end: UInt32(0))
        // The last block of the lists so far, which the next may share.
        var edge = (block: UInt32(0), wanted: UInt8(0), had: UInt8(0))
        func give(_ first: UInt32, _ end: UInt32, _ wanting: UInt8) {
            guard wanting != 0, first < end else { return }
            if run.queries == wanting, run.end == first {
                run.end = end
                return
            }
            if run.first < run.end { body(run.queries, BlockRange(first: run.first, count: run.end - run.first)) }
            run = (wanting, first, end)
        }
        for word in 0..<words {
            let bytes = word * Self.word
            let (wants, has) = unsafe (UnsafeRawPointer(wanted), UnsafeRawPointer(had))
            let marks =
                unsafe wants.load(fromByteOffset: bytes, as: UInt64.self)
                | has.load(fromByteOffset: bytes, as: UInt64.self)
            var left = marks & all
            while left != 0 {
                let byte = left.trailingZeroBitCount / 8
                left &= ~(0xFF << UInt64(8 * byte))
                let list = bytes + byte
                let (wants, has) = unsafe (wanted[list] & queries, had[list] & queries)
                let (start, end) = unsafe (starts[list], starts[list + 1])
                guard start < end else { continue }
                let (first, last) = (start / blockRows, (end - 1) / blockRows)
                if first == edge.block {
                    edge.wanted |= wants
                    edge.had |= has
                } else {
                    give(edge.block, edge.block + 1, edge.wanted & ~edge.had)
                    edge = (first, wants, has)
                }
                if last > first {
                    give(first, first + 1, edge.wanted & ~edge.had)
                    give(first + 1, last, wants)
                    edge = (last, wants, has)
                }
                unsafe had[list] |= wants
                unsafe wanted[list] &= ~queries
            }
        }
        give(edge.block, edge.block + 1, edge.wanted & ~edge.had)
        if run.first < run.end { body(run.queries, BlockRange(first: run.first, count: run.end - run.first)) }
    }
}
