import Kernels

/// Finds a score that a wanted number of scores are above.
enum ScoreThreshold {
    /// A limit that at least `wanted` scores are above, and at most `wanted + slack` where the scores differ enough; minus
    /// infinity where all are wanted. Minus infinity and not-a-number count as no scores. The same bits at every level.
    /// O(count), with about six looks at all scores.
    static func above(
        _ scores: UnsafePointer<Float>, count: Int, wanted: Int, slack: Int
    ) -> Float {
        guard wanted > 0, wanted < count else { return -.infinity }
        var best: UInt32 = 0
        var highest: Float = 0
        unsafe Kernels.unsafeArgmaxRows(
            rows: 1, columns: count, scores, stride: count, into: &best, highest: &highest)
        guard highest > -.infinity else { return -.infinity }
        // At least `wanted` scores are above `low`, fewer above `high`.
        var high = highest
        var fewer = 0
        var low = -Float.infinity
        var more = count
        var width = max(abs(highest) / 4, .leastNormalMagnitude)
        var guess = highest - width
        for round in 0..<64 {
            guard guess > low, guess < high else { break }
            let above = unsafe Kernels.unsafeCountAbove(scores, count: count, guess)
            if above >= wanted {
                low = guess
                more = above
                if above <= wanted + slack { break }
            } else {
                high = guess
                fewer = above
            }
            if low > -.infinity {
                let part = Float(more - wanted - slack / 2) / Float(max(more - fewer, 1))
                guess = low + (high - low) * (round % 4 == 3 ? 0.5 : min(max(part, 0.05), 0.95))
            } else {
                width *= 2
                guess = highest - width
            }
        }
        return low
    }
}
