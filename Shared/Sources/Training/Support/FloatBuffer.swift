/// Memory for floats that several threads write, each its own part: what spans, which one thread borrows, cannot be.
@safe
// Threads touch disjoint parts between two joins; who touches what is written at each phase of a trainer.
final class FloatBuffer: @unchecked Sendable {
    /// The first float.
    @unsafe let base: UnsafeMutablePointer<Float>
    /// Floats there are.
    let count: Int

    /// Zeros.
    init(count: Int) {
        self.count = count
        unsafe base = .allocate(capacity: max(1, count))
        unsafe base.initialize(repeating: 0, count: max(1, count))
    }

    deinit { unsafe base.deallocate() }

    /// Sets everything to zero.
    func clear() { unsafe base.update(repeating: 0, count: count) }

    /// Whether every value is a number, and a finite one.
    var isFinite: Bool { (0..<count).allSatisfy { unsafe base[$0].isFinite } }

    /// A copy as an array.
    var array: [Float] { unsafe Array(UnsafeBufferPointer(start: base, count: count)) }

    /// Replaces the content by as many values.
    func assign(_ values: [Float]) {
        precondition(values.count == count, "a buffer of another size")
        for place in 0..<count { unsafe base[place] = values[place] }
    }

    /// Moves everything a share of the way to another buffer's content.
    func approach(_ other: FloatBuffer, share: Float) {
        for place in 0..<count { unsafe base[place] += share * (other.base[place] - base[place]) }
    }
}
