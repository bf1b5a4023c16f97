import CKernels

/// Scores above a running threshold, with the rows they belong to, for the k best of rows that come in any order.
///
/// Where ``TopK`` decides between equal scores by the order in which they are offered, this keeps every row whose score
/// equals the k-th best, so that the caller may decide: ties are only cut when the list is full of them, by a number that
/// is asked for then. No allocation once the buffers have grown. Not a number and minus infinity are never collected.
@safe
public struct CandidateList: ~Copyable {
    private var scores: UnsafeMutablePointer<Float>
    private var rows: UnsafeMutablePointer<UInt32>
    private var keys: UnsafeMutablePointer<UInt64>
    private var capacity = 0
    private var full = 0

    /// How many are wanted.
    public private(set) var k = 0
    /// How many are collected.
    public private(set) var count = 0
    /// Scores that are not above this are not among the k best.
    public private(set) var threshold: Float = -.infinity

    /// The most scores that ``unsafeCollect(_:count:)`` takes at once.
    public static let step = 2_048

    /// An empty list of size zero.
    public init() {
        unsafe scores = .allocate(capacity: 0)
        unsafe rows = .allocate(capacity: 0)
        unsafe keys = .allocate(capacity: 0)
    }

    deinit {
        unsafe scores.deallocate()
        unsafe rows.deallocate()
        unsafe keys.deallocate()
    }

    /// Starts afresh for the `k` best.
    public mutating func reset(k: Int) {
        precondition(k >= 0, "a negative number of results")
        self.k = k
        count = 0
        threshold = -.infinity
        full = 2 * k + 512
        guard capacity < full + Self.step else { return }
        capacity = full + Self.step
        unsafe scores.deallocate()
        unsafe rows.deallocate()
        unsafe keys.deallocate()
        unsafe scores = .allocate(capacity: capacity)
        unsafe rows = .allocate(capacity: capacity)
        unsafe keys = .allocate(capacity: 2 * capacity)
    }

    /// Whether the list must be cut down before more is collected.
    @inline(__always)
    public var isFull: Bool { count > full }

    /// Appends the scores above the threshold, each with its place in the input as its row; returns how many. The list is
    /// not full before.
    @inline(__always)
    public mutating func unsafeCollect(_ offered: UnsafePointer<Float>, count offeredCount: Int) -> Int {
        precondition(!isFull && offeredCount <= Self.step, "no room for so many scores")
        let found = unsafe Kernels.table.pointee.collect(
            offeredCount, offered, threshold, 0, nil, nil, scores + count, rows + count)
        count += found
        return found
    }

    /// Gives the last `added` candidates to a closure as scores and rows; it may change both and returns how many of them,
    /// moved to the front, stay.
    @inline(__always)
    public mutating func unsafeRevise(
        last added: Int, _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<UInt32>) -> Int
    ) {
        precondition(added <= count, "there are not as many")
        let first = count - added
        count = unsafe first + body(scores + first, rows + first)
    }

    /// Cuts down to the k best, those that share the k-th best's score, and at most k/4 + 16 others; the threshold rises
    /// accordingly. If there are too many of the same score, those of the highest numbers go.
    public mutating func cut(numberOf: (UInt32) -> UInt32) {
        guard count > k else { return }
        guard k > 0 else {
            count = 0
            return
        }
        var tied: Float = 0
        unsafe count = ck_topk_cut(count, scores, rows, k, &threshold, &tied)
        if isFull { cutTies(tied, numberOf) }
    }

    /// Cuts down to the k best, equal scores by order of arrival, has a closure write better scores for their rows, and goes on
    /// with the `wanted` best by these.
    public mutating func unsafeRescore(
        for wanted: Int, numberOf: (UInt32) -> UInt32,
        _ body: (UnsafeMutablePointer<Float>, UnsafePointer<UInt32>, Int) -> Void
    ) {
        precondition(wanted <= k, "more results than candidates")
        cut(numberOf: numberOf)
        if count > k {
            unsafe ck_topk_sort(count, scores, rows, keys)
            count = k
        }
        unsafe body(scores, rows, count)
        k = wanted
        threshold = -.infinity
    }

    /// Cuts down to the k best, gives each its number and sorts them: higher scores first, equal scores by lower number.
    ///
    /// - Parameter number: turns so many rows into numbers, in place.
    public mutating func unsafeFinish(
        numberOf: (UInt32) -> UInt32, number: (UnsafeMutablePointer<UInt32>, Int) -> Void
    ) {
        cut(numberOf: numberOf)
        unsafe number(rows, count)
        unsafe ck_topk_sort(count, scores, rows, keys)
        var first = 0
        while first < min(count, k) {
            var end = first + 1
            while end < count, unsafe scores[end] == scores[first] { end += 1 }
            if end > first + 1 {
                var tied = unsafe UnsafeMutableBufferPointer(start: rows + first, count: end - first)
                unsafe tied.sort()
            }
            first = end
        }
        count = min(count, k)
    }

    /// Appends the best, best first, to two lists. Only after ``finish(numberOf:)``.
    public func append(numbersTo items: inout [UInt32], scoresTo values: inout [Float]) {
        unsafe items.append(contentsOf: UnsafeBufferPointer(start: rows, count: count))
        unsafe values.append(contentsOf: UnsafeBufferPointer(start: scores, count: count))
    }

    /// Of the candidates whose score is `tied`, which are the worst, only those of the lowest numbers stay.
    private mutating func cutTies(_ tied: Float, _ numberOf: (UInt32) -> UInt32) {
        var ties: [(number: UInt32, row: UInt32)] = []
        var kept = 0
        for i in 0..<count {
            if unsafe scores[i] == tied {
                unsafe ties.append((numberOf(rows[i]), rows[i]))
            } else {
                unsafe scores[kept] = scores[i]
                unsafe rows[kept] = rows[i]
                kept += 1
            }
        }
        ties.sort { $0.number < $1.number }
        for tie in ties.prefix(max(k - kept, 0)) {
            unsafe scores[kept] = tied
            unsafe rows[kept] = tie.row
            kept += 1
        }
        count = kept
    }
}
