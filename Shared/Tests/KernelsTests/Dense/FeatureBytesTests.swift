import Kernels
import Testing

/// A ``SplitMLP`` whose candidates bring features along.
@Suite struct FeatureBytesTests {
    private static let users = 12
    private static let items = 9
    private static let rows = 150
    private static let features = 7

    private let layers: [DenseLayer]
    private let mlp: SplitMLP
    private let halves: ItemHalves
    private let user: [Float]
    private let table: [Float]
    private let lows: [Float]
    private let highs: [Float]
    private let limit: Float

    init() {
        var random = SeededGenerator(seed: 60)
        let sizes = [Self.users + Self.items, 21]
        var layers = Oracle.network(sizes + [1], using: &random)
        // The second layer takes the first one's outputs and the features.
        layers[1] = DenseLayer(
            inputs: 21 + Self.features, outputs: 10, weights: random.floats(10 * (21 + Self.features)),
            biases: random.floats(10))
        layers.append(DenseLayer(inputs: 10, outputs: 1, weights: random.floats(10), biases: [0.25]))
        self.layers = layers
        let (user, table) = (random.floats(Self.users), random.floats(Self.rows * Self.items))
        let lows = (0..<Self.features).map { Float($0) - 5 }
        let highs = lows.map { $0 + 3 }
        var rows: [Float] = []
        for row in 0..<Self.rows { rows += user + table[(row * Self.items)..<((row + 1) * Self.items)] }
        let limit = Calibration(
            layers: [layers[0], layers[0]], rows: Self.rows, samples: rows.span, coverage: 1
        ).limits[0]
        (self.user, self.table, self.lows, self.highs, self.limit) = (user, table, lows, highs, limit)
        mlp = SplitMLP(
            layers: layers, userInputs: Self.users, features: FeatureBytes(lows: lows, highs: highs),
            calibration: Calibration(inputs: 0...0, limits: [limit, 16]))
        halves = mlp.itemHalves(rows: Self.rows, table.span)
    }

    private func score(_ features: [Float], rows: Int = rows) -> [Float] {
        var scratch = NetworkScratch()
        var scores = [Float](repeating: .nan, count: rows)
        var span = scores.mutableSpan
        mlp.score(
            user: user.span, features: features.span.extracting(0..<rows * Self.features), rows: rows, of: halves,
            into: &span, scratch: &scratch)
        return scores
    }

    /// In double precision, features from 0 at the low end to the first layer's limit at the high one.
    private func reference(_ row: Int, _ features: ArraySlice<Float>) -> Double {
        func apply(_ layer: DenseLayer, _ x: [Double], relu: Bool) -> [Double] {
            (0..<layer.outputs).map { output in
                let sum = x.indices.reduce(Double(layer.biases[output])) {
                    $0 + Double(layer.weights[output * layer.inputs + $1]) * x[$1]
                }
                return relu ? max(sum, 0) : sum
            }
        }
        let input = (user + table[(row * Self.items)..<((row + 1) * Self.items)]).map { Double($0) }
        let shares = features.enumerated().map { place, value in
            let share = Double((value - lows[place]) / (highs[place] - lows[place]))
            return min(max(share, 0), 1) * Double(limit)
        }
        let second = apply(layers[1], apply(layers[0], input, relu: true) + shares, relu: true)
        return apply(layers[2], second, relu: false)[0]
    }

    private func randomFeatures() -> [Float] {
        var random = SeededGenerator(seed: 61)
        let values = random.floats(Self.rows * Self.features)
        return values.indices.map { lows[$0 % Self.features] + 1.5 + 2 * values[$0] }
    }

    @Test("Scores are those of the float network") func oracle() {
        let features = randomFeatures()
        let scores = score(features)
        let expected = (0..<Self.rows).map {
            reference($0, features[($0 * Self.features)..<(($0 + 1) * Self.features)])
        }
        #expect(Oracle.correlation(scores.map { Double($0) }, expected) > 0.999)
        let spread = expected.reduce(0) { max($0, abs($1)) }
        for (score, value) in zip(scores, expected) { #expect(abs(Double(score) - value) < 0.04 * spread) }
    }

    @Test("A row's score depends on its own features alone, whatever panel it is in") func rows() {
        let features = randomFeatures()
        let all = score(features)
        #expect(score(features, rows: 100) == Array(all[..<100]))
        var changed = features
        for feature in 0..<Self.features { changed[99 * Self.features + feature] = highs[feature] }
        let other = score(changed)
        #expect(other[99] != all[99])
        #expect(other.indices.allSatisfy { $0 == 99 || other[$0] == all[$0] })
    }

    @Test("What lies outside of its ends counts as the end, what is no number as the low one") func ends() {
        func all(_ value: (Int) -> Float) -> [Float] {
            (0..<Self.rows * Self.features).map { value($0 % Self.features) }
        }
        #expect(score(all { _ in -.infinity }) == score(all { lows[$0] }))
        #expect(score(all { _ in .nan }) == score(all { lows[$0] }))
        #expect(score(all { _ in 1e30 }) == score(all { highs[$0] }))
        #expect(score(all { lows[$0] }) != score(all { highs[$0] }))
    }
}
