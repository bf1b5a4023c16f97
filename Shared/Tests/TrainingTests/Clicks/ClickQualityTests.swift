import Testing

@testable import Training

@Suite struct ClickQualityTests {
    /// Against all pairs, with ties.
    @Test func areaIsTheShareOfPairsInOrder() {
        var random = RandomSource(seed: 4)
        let logits = (0..<300).map { _ in Float(random.below(40)) / 10 - 2 }
        let labels = logits.map { Float(random.uniform() < 0.5 + $0 / 8 ? 1 : 0) }
        var (sum, pairs) = (0.0, 0.0)
        for a in logits.indices where labels[a] == 1 {
            for b in logits.indices where labels[b] == 0 {
                pairs += 1
                sum += logits[a] > logits[b] ? 1 : logits[a] == logits[b] ? 0.5 : 0
            }
        }
        let quality = ClickQuality(logits: logits, labels: labels, groups: labels.map { _ in 0 })
        #expect(abs(quality.auc - sum / pairs) < 1e-12)
    }

    @Test func figuresOfKnownRows() {
        // ln 3: probability .75; one of four is wrong.
        let logit: Float = 1.0986123
        let quality = ClickQuality(
            logits: [logit, logit, logit, logit], labels: [1, 1, 1, 0], groups: [0, 0, 0, -1])
        #expect(abs(quality.logLoss - (3 * 0.2876821 + 1.3862944) / 4) < 1e-6)
        #expect(quality.auc == 0.5)
        // Its only group has one label.
        #expect(quality.ndcg == 0)
        let ranked = ClickQuality(logits: [3, 2, 1], labels: [0, 1, 1], groups: [0, 0, 0])
        #expect(abs(ranked.ndcg - (0.6309298 + 0.5) / 1.6309298) < 1e-6)
    }

    /// As many rows as say the share are well calibrated, twice the logit is not.
    @Test func calibrationIsTheDistanceOfSharesFromProbabilities() {
        var random = RandomSource(seed: 5)
        let logits = (0..<20_000).map { _ in random.normal() }
        let labels = logits.map { Float(random.uniform() < 1 / (1 + exponential(-$0)) ? 1 : 0) }
        func error(_ factor: Float) -> Double {
            ClickQuality(logits: logits.map { factor * $0 }, labels: labels, groups: labels.map { _ in -1 })
                .calibrationError
        }
        #expect(error(1) < 0.02)
        #expect(error(2) > 0.08)
    }

    @Test func whatIsNotANumberEndsToo() {
        let quality = ClickQuality(logits: [.nan, 1, .nan, 0], labels: [1, 1, 0, 0], groups: [0, 0, 0, 0])
        #expect(quality.auc >= 0 && quality.auc <= 1)
    }
}
