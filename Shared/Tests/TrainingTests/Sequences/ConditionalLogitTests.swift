import Testing

@testable import Training

@Suite struct ConditionalLogitTests {
    private typealias Choice = ConditionalLogit.Choice

    /// Choices by people who weigh three features by `truth`, the third of another size.
    private func choices(_ count: Int, truth: [Float], seed: UInt64 = 4) -> [Choice] {
        var random = RandomSource(seed: seed)
        return (0..<count).map { _ in
            let features = (0..<5 * 3).map { random.normal() * ($0 % 3 == 2 ? 100 : 1) }
            let scores = (0..<5).map { row in (0..<3).reduce(0) { $0 + truth[$1] * features[row * 3 + $1] } }
            // The best of scores with Gumbel noise is drawn as the softmax draws (Luce, Yellott).
            let noisy = scores.map { $0 - logarithm(-logarithm(max(random.uniform(), 1e-12))) }
            return Choice(features: features, chosen: noisy.indices.max { noisy[$0] < noisy[$1] } ?? 0)
        }
    }

    @Test func findsTheWeightsOfWhoChose() {
        let truth: [Float] = [1, -0.5, 0.02]
        let learnt = ConditionalLogit(choices: choices(4000, truth: truth), prior: [0, 0, 0], ridge: 0, threads: 2)
        for (found, expected) in zip(learnt.weights, truth) {
            #expect(abs(found - expected) < 0.1 * abs(expected))
        }
    }

    /// At the minimum the likelihood has no slope: no small step along any weight is better.
    @Test func endsAtTheMinimum() {
        let choices = choices(300, truth: [2, 0, 0.01])
        func loss(_ weights: [Float]) -> Double {
            choices.reduce(0) { sum, choice in
                let scores = (0..<5).map { row in (0..<3).reduce(0) { $0 + weights[$1] * choice.features[row * 3 + $1] }
                }
                let total = scores.reduce(0) { $0 + Double(exponential($1)) }
                return sum + Double(logarithm(Float(total))) - Double(scores[choice.chosen])
            }
        }
        let found = ConditionalLogit(choices: choices, prior: [0, 0, 0], ridge: 0).weights
        let least = loss(found)
        for place in 0..<3 {
            for step in [Float(-0.05), 0.05] {
                var other = found
                other[place] += step * (place == 2 ? 0.01 : 1)
                #expect(loss(other) > least)
            }
        }
    }

    @Test func withoutChoicesThePriorCounts() {
        #expect(ConditionalLogit(choices: [], prior: [0, 1, 2]).weights == [0, 1, 2])
    }

    @Test func aStrongRidgeStaysAtThePrior() {
        let learnt = ConditionalLogit(choices: choices(100, truth: [1, 1, 0]), prior: [0.5, -1, 0.3], ridge: 1e6)
        for (found, prior) in zip(learnt.weights, [0.5, -1, 0.3] as [Float]) { #expect(abs(found - prior) < 1e-3) }
    }

    @Test func aFeatureThatNeverDiffersIsHarmless() {
        let learnt = ConditionalLogit(
            choices: [Choice(features: [1, 0, 1, 2], chosen: 1), Choice(features: [1, 1, 1, 0], chosen: 0)],
            prior: [0, 0])
        #expect(learnt.weights.allSatisfy { $0.isFinite })
        #expect(learnt.weights[1] > 0)
    }
}
