import CKernels

extension Kernels {
    /// A limit that at least `wanted` scores are above, and at most `wanted + slack` where the scores differ enough; minus
    /// infinity where there are not more. Minus infinity and not-a-number count as no scores. The same bits at every level.
    /// O(count), about six looks at all scores.
    public static func unsafeLimit(_ scores: UnsafePointer<Float>, count: Int, wanted: Int, slack: Int) -> Float {
        precondition(wanted > 0 && slack >= 0, "nothing is wanted")
        return unsafe ck_find_limit(count, scores, -.infinity, wanted, slack).low
    }

    /// Writes the scores above a limit, in order, and their indices; returns how many. O(count).
    ///
    /// - Parameters:
    ///   - found: room for `count` scores.
    ///   - indices: room for `count` indices.
    public static func unsafeCollect(
        _ scores: UnsafePointer<Float>, count: Int, above limit: Float, scores found: UnsafeMutablePointer<Float>,
        indices: UnsafeMutablePointer<UInt32>
    ) -> Int {
        unsafe table.pointee.collect(count, scores, limit, 0, nil, nil, found, indices)
    }

    /// How many scores are above a limit. O(count).
    public static func unsafeCount(above limit: Float, _ scores: UnsafePointer<Float>, count: Int) -> Int {
        unsafe table.pointee.count_above(count, scores, limit)
    }
}
