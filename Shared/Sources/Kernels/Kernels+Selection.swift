import CKernels

extension Kernels {
    /// How many of `count` scores are above a limit. O(count).
    public static func unsafeCountAbove(_ scores: UnsafePointer<Float>, count: Int, _ limit: Float) -> Int {
        unsafe table.pointee.count_above(count, scores, limit)
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
}
