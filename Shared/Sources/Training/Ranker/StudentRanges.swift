import Kernels

/// What values a student's hidden layers and its dense features take: from this they are rounded to bytes.
struct StudentRanges: Sendable, Equatable {
    /// What each hidden layer gives at most.
    var limits: [Float]
    /// Of each feature, made comparable.
    var lows: [Float]
    var highs: [Float]

    /// How far the features' ends lie apart.
    var widths: [Float] { zip(lows, highs).map { $1 - $0 } }

    /// The share of values that a range holds.
    private static let coverage = 0.9995

    /// Measured in a network's passes over some lists. O(rows · parameters).
    init(of network: StudentNetwork, on batch: RankerBatch, _ work: StudentNetwork.Workspace) {
        network.forward(batch, work)
        let (rows, features) = (batch.rows, network.shape.features)
        limits = zip(work.hidden, network.shape.hidden).map { values, width in
            Self.ends(of: (0..<(rows * width)).map { unsafe values.base[$0] }).high
        }
        let ends = (0..<features).map { feature in
            Self.ends(of: (0..<rows).map { unsafe batch.dense.base[$0 * features + feature] })
        }
        lows = ends.map(\.low)
        highs = ends.map(\.high)
    }

    private static func ends(of values: [Float]) -> (low: Float, high: Float) {
        let sorted = values.sorted()
        let cut = Int(Double(sorted.count) * (1 - coverage) / 2)
        guard sorted.count > 2 * cut else { return (0, 0) }
        return (sorted[cut], sorted[sorted.count - 1 - cut])
    }

    /// The bytes of features, back as values.
    @unsafe
    func round(dense values: UnsafeMutablePointer<Float>, rows: Int) {
        let highest = Float(Activations.highest)
        for feature in lows.indices {
            let width = highs[feature] - lows[feature]
            for place in stride(from: feature, to: rows * lows.count, by: lows.count) {
                guard width > 0 else {
                    unsafe values[place] = lows[feature]
                    continue
                }
                let steps = unsafe ((values[place] - lows[feature]) * highest / width).rounded(.toNearestOrEven)
                unsafe values[place] = lows[feature] + min(max(steps, 0), highest) * width / highest
            }
        }
    }
}
