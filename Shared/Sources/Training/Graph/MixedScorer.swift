import Kernels

/// A weighted sum of scorers, each divided by its standard deviation over the items of a user.
public struct MixedScorer: ItemScorer {
    private let parts: [(scorer: any ItemScorer, weight: Float)]
    private let itemCount: Int

    public init(_ parts: [(scorer: any ItemScorer, weight: Float)], itemCount: Int) {
        self.parts = parts
        self.itemCount = itemCount
    }

    @unsafe
    public func score(_ users: [Int], into scores: UnsafeMutablePointer<Float>) {
        let one = FloatBuffer(count: users.count * itemCount)
        unsafe scores.update(repeating: 0, count: users.count * itemCount)
        for (scorer, weight) in parts {
            unsafe scorer.score(users, into: one.base)
            for place in users.indices {
                let row = unsafe one.base + place * itemCount
                let scale = unsafe weight * Self.inverseDeviation(row, count: itemCount)
                unsafe Kernels.unsafeAxpy(scale, row, into: scores + place * itemCount, count: itemCount)
            }
        }
    }

    /// 1 over the standard deviation of a row, 0 for a row of equal values.
    @unsafe
    static func inverseDeviation(_ row: UnsafePointer<Float>, count: Int) -> Float {
        // Sums of short runs: a running sum in single precision would lose what a long row has.
        var (sum, squares) = (0.0, 0.0)
        for start in stride(from: 0, to: count, by: run) {
            let length = min(run, count - start)
            let part = unsafe row + start
            unsafe squares += Double(Kernels.unsafeDot(part, part, count: length))
            var values = 0 as Float
            for place in 0..<length { unsafe values += part[place] }
            sum += Double(values)
        }
        let (mean, power) = (sum / Double(max(1, count)), squares / Double(max(1, count)))
        let variance = power - mean * mean
        // Less is rounding.
        return variance > 1e-6 * power ? Float(1 / variance.squareRoot()) : 0
    }

    private static let run = 1024
}
