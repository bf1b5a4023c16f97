/// Linear scores of alternatives, learnt from choices among them: P(i) ∝ exp(w·xᵢ) (conditional logit, McFadden 1974).
public struct ConditionalLogit: Sendable {
    /// A choice: the alternatives' features, a row each, and the row that was chosen.
    public struct Choice: Sendable {
        public var features: [Float]
        public var chosen: Int
        /// What is added to each alternative's score, such as ln of how many it stands for; empty for nothing.
        public var offsets: [Float]

        public init(features: [Float], chosen: Int, offsets: [Float] = []) {
            self.features = features
            self.chosen = chosen
            self.offsets = offsets
        }
    }

    /// A weight a feature.
    public let weights: [Float]

    private static let steps = 25

    /// Minimises the mean of −ln P(chosen) plus ridge·|scaled (w − prior)|², features scaled to a mean square of one, by
    /// Newton's method with halved steps. Without choices the weights are the prior.
    /// O(steps·alternatives·features²).
    public init(choices: [Choice], prior: [Float], ridge: Double = 1e-3, threads: Int = 1) {
        let width = prior.count
        guard !choices.isEmpty, width > 0 else {
            weights = prior
            return
        }
        let scales = Self.scales(choices, width)
        let start = zip(prior, scales).map { Double($0) / $1 }
        var w = start
        var state = Self.derive(choices, w, start, scales, ridge, threads)
        for _ in 0..<Self.steps {
            guard let direction = CholeskySolution.solve(state.curvature, state.gradient) else { break }
            let slope = zip(direction, state.gradient).reduce(0) { $0 + $1.0 * $1.1 }
            var size = 1.0
            var next = (w, state)
            repeat {
                let trial = zip(w, direction).map { $0 - size * $1 }
                next = (trial, Self.derive(choices, trial, start, scales, ridge, threads))
                size /= 2
            } while next.1.value > state.value - 1e-4 * 2 * size * slope && size > 1e-6
            guard next.1.value < state.value else { break }
            let gain = state.value - next.1.value
            (w, state) = next
            if gain < 1e-9 { break }
        }
        weights = zip(w, scales).map { Float($0 * $1) }
    }

    /// The score of each alternative. O(alternatives·features).
    public func scores(of features: [Float]) -> [Float] {
        let width = weights.count
        return (0..<features.count / width).map { row in
            var sum: Float = 0
            for place in 0..<width { sum += weights[place] * features[row * width + place] }
            return sum
        }
    }

    /// 1 over the root of each feature's mean square.
    private static func scales(_ choices: [Choice], _ width: Int) -> [Double] {
        var squares = [Double](repeating: 0, count: width)
        var rows = 0
        for choice in choices {
            for (place, value) in choice.features.enumerated() {
                squares[place % width] += Double(value) * Double(value)
            }
            rows += choice.features.count / width
        }
        return squares.map { $0 > 1e-12 ? (Double(rows) / $0).squareRoot() : 1 }
    }

    private struct Derivatives: Sendable {
        var value: Double
        var gradient: [Double]
        /// width × width.
        var curvature: [Double]
    }

    private static func derive(
        _ choices: [Choice], _ w: [Double], _ start: [Double], _ scales: [Double], _ ridge: Double, _ threads: Int
    ) -> Derivatives {
        let width = w.count
        let weights = zip(w, scales).map { Float($0 * $1) }
        let parts = Collected<Derivatives>(count: threads)
        Parallel.run(threads) { part in
            parts.set(sums(choices, Parallel.share(of: choices.count, part: part, parts: threads), weights), at: part)
        }
        var total = Derivatives(
            value: 0, gradient: [Double](repeating: 0, count: width),
            curvature: [Double](repeating: 0, count: width * width))
        let share = 1 / Double(choices.count)
        for part in parts.values {
            total.value += share * part.value
            for i in 0..<width {
                total.gradient[i] += share * scales[i] * part.gradient[i]
                for j in 0..<width {
                    total.curvature[i * width + j] +=
                        share * scales[i] * scales[j] * part.curvature[max(i, j) * width + min(i, j)]
                }
            }
        }
        for i in 0..<width {
            let distance = w[i] - start[i]
            total.value += ridge * distance * distance
            total.gradient[i] += 2 * ridge * distance
            total.curvature[i * width + i] += 2 * ridge
        }
        return total
    }

    /// Sums over some choices; of the curvature the lower half.
    private static func sums(_ choices: [Choice], _ range: Range<Int>, _ weights: [Float]) -> Derivatives {
        let width = weights.count
        var sums = Derivatives(
            value: 0, gradient: [Double](repeating: 0, count: width),
            curvature: [Double](repeating: 0, count: width * width))
        let model = ConditionalLogit(weights: weights)
        let (mean, square) = (FloatBuffer(count: width), FloatBuffer(count: width * width))
        for choice in choices[range] {
            var scores = model.scores(of: choice.features)
            for (row, offset) in choice.offsets.enumerated() { scores[row] += offset }
            let highest = scores.max() ?? 0
            var probabilities = scores.map { exponential($0 - highest) }
            let total = probabilities.reduce(0, +)
            for place in probabilities.indices { probabilities[place] /= total }
            sums.value -= Double(logarithm(max(probabilities[choice.chosen], 1e-30)))
            mean.clear()
            square.clear()
            unsafe choice.features.withUnsafeBufferPointer { features in
                guard let base = features.baseAddress else { return }
                for (row, probability) in probabilities.enumerated() where probability > 1e-6 {
                    unsafe add(base + row * width, width, probability, to: mean.base, square.base)
                }
            }
            for i in 0..<width {
                sums.gradient[i] += Double(unsafe mean.base[i] - choice.features[choice.chosen * width + i])
                for j in 0...i {
                    sums.curvature[i * width + j] += Double(
                        unsafe square.base[i * width + j] - mean.base[i] * mean.base[j])
                }
            }
        }
        return sums
    }

    /// Adds a row, weighted, and the products of its values; of these the lower half.
    @unsafe
    private static func add(
        _ row: UnsafePointer<Float>, _ width: Int, _ weight: Float, to mean: UnsafeMutablePointer<Float>,
        _ square: UnsafeMutablePointer<Float>
    ) {
        for i in 0..<width {
            let value = unsafe weight * row[i]
            unsafe mean[i] += value
            let products = unsafe square + i * width
            for j in 0...i { unsafe products[j] += value * row[j] }
        }
    }

    private init(weights: [Float]) { self.weights = weights }
}
