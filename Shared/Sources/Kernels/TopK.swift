import CKernels

/// The k best of a stream of scores: higher first, equal scores by lower index.
///
/// Scores above a running threshold are collected, and when the buffer is full it is cut down to about k and the
/// threshold rises: what is below the threshold costs one comparison, eight or sixteen at a time. No allocation once
/// the buffers have grown. Not a number and minus infinity are never among the best.
@safe
public struct TopK: ~Copyable {
    private var scores: UnsafeMutableBufferPointer<Float>
    private var indices: UnsafeMutableBufferPointer<UInt32>
    private var keys: UnsafeMutableBufferPointer<UInt64>
    private var threshold: Float
    private var nextIndex: UInt32 = 0
    /// So many collected scores are cut down: soon enough that the threshold follows the scores, late enough that cutting
    /// costs little.
    private var full = 0
    /// How many are asked for.
    public private(set) var k: Int
    /// How many are collected; after ``finish()`` how many were found.
    public private(set) var count = 0

    /// The most scores that go into the buffer between two looks at whether it is full.
    private static let step = 512

    /// A selection of the `k` best.
    public init(k: Int = 0) {
        unsafe scores = .allocate(capacity: 0)
        unsafe indices = .allocate(capacity: 0)
        unsafe keys = .allocate(capacity: 0)
        threshold = -.infinity
        self.k = 0
        reset(k: k)
    }

    deinit {
        unsafe scores.deallocate()
        unsafe indices.deallocate()
        unsafe keys.deallocate()
    }

    /// Starts afresh for the `k` best. Scores that are not above `floor` do not count: a floor that is somewhat below the
    /// k-th best score spares the work of finding it; one that is above it shows in a ``count`` below k.
    public mutating func reset(k: Int, floor: Float = -.infinity) {
        precondition(k >= 0, "a negative number of results")
        self.k = k
        count = 0
        nextIndex = 0
        threshold = floor
        full = k + k / 4 + max(k / 2, 128)
        let capacity = full + Self.step
        guard unsafe scores.count < capacity else { return }
        unsafe scores.deallocate()
        unsafe indices.deallocate()
        unsafe keys.deallocate()
        unsafe scores = .allocate(capacity: capacity)
        unsafe indices = .allocate(capacity: capacity)
        unsafe keys = .allocate(capacity: 2 * capacity)
    }

    /// Takes scores in: score i belongs to index `base + i`. Indices rise from call to call.
    public mutating func offer(_ scores: Span<Float>, base: UInt32) {
        unsafe scores.withUnsafeBufferPointer { scores in
            guard let first = scores.baseAddress else { return }
            unsafe unsafeOffer(first, count: scores.count, base: base)
        }
    }

    /// Takes `count` scores in: score i belongs to index `base + i`. Indices rise from call to call.
    ///
    /// - Parameters:
    ///   - allowed: a bitmap of at least `count` bits, bit i % 8 of byte i / 8 admits score i; nil admits all.
    ///   - excluded: a bitmap likewise that bars a score; nil bars none.
    public mutating func unsafeOffer(
        _ offered: UnsafePointer<Float>, count offeredCount: Int, base: UInt32,
        allowed: UnsafePointer<UInt8>? = nil, excluded: UnsafePointer<UInt8>? = nil
    ) {
        precondition(base >= nextIndex, "scores must be offered by rising index")
        guard k > 0, offeredCount > 0 else { return }
        nextIndex = base + UInt32(offeredCount)
        var start = 0
        while start < offeredCount {
            let length = min(Self.step, offeredCount - start)
            if count > full { shrink() }
            unsafe count += Kernels.table.pointee.collect(
                length, offered + start, threshold, base + UInt32(start), allowed.map { unsafe $0 + start / 8 },
                excluded.map { unsafe $0 + start / 8 }, scores.baseAddress.unsafelyUnwrapped + count,
                indices.baseAddress.unsafelyUnwrapped + count)
            start += length
        }
    }

    /// Ends the selection: the best are sorted, and ``count`` is how many there are, at most k.
    public mutating func finish() {
        shrink()
        unsafe ck_topk_sort(count, scores.baseAddress, indices.baseAddress, keys.baseAddress)
        count = min(count, k)
    }

    /// The score at a rank, 0 being the best. Only after ``finish()``.
    public func score(at rank: Int) -> Float {
        precondition(rank >= 0 && rank < count, "no such rank")
        return unsafe scores[rank]
    }

    /// The index at a rank, 0 being the best. Only after ``finish()``.
    public func index(at rank: Int) -> UInt32 {
        precondition(rank >= 0 && rank < count, "no such rank")
        return unsafe indices[rank]
    }

    /// Appends the best, best first, to two lists. Only after ``finish()``.
    public func append(indicesTo items: inout [UInt32], scoresTo values: inout [Float]) {
        unsafe items.append(contentsOf: UnsafeBufferPointer(rebasing: indices[..<count]))
        unsafe values.append(contentsOf: UnsafeBufferPointer(rebasing: scores[..<count]))
    }

    private mutating func shrink() {
        unsafe count = ck_topk_shrink(count, scores.baseAddress, indices.baseAddress, k, &threshold)
    }
}
