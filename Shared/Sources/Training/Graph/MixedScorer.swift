/// A weighted sum of scorers, each standardised over the items of a user: mean 0, variance 1.
public struct MixedScorer: ItemScorer {
    private let parts: [(scorer: any ItemScorer, weight: Float)]
    private let itemCount: Int

    public init(_ parts: [(scorer: any ItemScorer, weight: Float)], itemCount: Int) {
        self.parts = parts
        self.itemCount = itemCount
    }

    @unsafe
    public func score(users range: Range<Int>, into scores: UnsafeMutablePointer<Float>) {
        let one = FloatBuffer(count: range.count * itemCount)
        unsafe scores.update(repeating: 0, count: range.count * itemCount)
        for (scorer, weight) in parts {
            unsafe scorer.score(users: range, into: one.base)
            for place in 0..<range.count {
                let row = unsafe one.base + place * itemCount
                let (mean, deviation) = unsafe moments(row)
                let factor = deviation > 1e-12 ? weight / deviation : 0
                let target = unsafe scores + place * itemCount
                for item in 0..<itemCount { unsafe target[item] += factor * (row[item] - mean) }
            }
        }
    }

    @unsafe
    private func moments(_ row: UnsafePointer<Float>) -> (mean: Float, deviation: Float) {
        var (sum, squares) = (0.0, 0.0)
        for item in 0..<itemCount {
            let value = unsafe Double(row[item])
            sum += value
            squares += value * value
        }
        let mean = sum / Double(max(1, itemCount))
        let variance = max(0, squares / Double(max(1, itemCount)) - mean * mean)
        return (Float(mean), Float(variance.squareRoot()))
    }
}
