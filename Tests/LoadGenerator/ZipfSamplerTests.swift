import Domain
import Foundation
import LoadGenerator
import Testing

@Suite struct ZipfSamplerTests {
    /// Pearson's statistic of draws against the exact law; ranks whose expectation is below ten share a cell.
    private func chiSquare(count: Int, exponent: Double, draws: Int, seed: UInt64) -> (statistic: Double, cells: Int) {
        let sampler = ZipfSampler(count: count, exponent: exponent)
        var generator = SplitMix64(seed: seed)
        var observed = [Int](repeating: 0, count: count + 1)
        for _ in 0..<draws { observed[sampler.next(using: &generator)] += 1 }
        let weights = (1...count).map { pow(Double($0), -exponent) }
        let total = weights.reduce(0, +)
        var statistic = 0.0
        var cells = 0
        var seen = 0
        var expected = 0.0
        for rank in 1...count {
            seen += observed[rank]
            expected += weights[rank - 1] / total * Double(draws)
            guard expected >= 10 || rank == count else { continue }
            statistic += (Double(seen) - expected) * (Double(seen) - expected) / expected
            cells += 1
            seen = 0
            expected = 0
        }
        return (statistic, cells)
    }

    @Test(arguments: [0.5, 0.99, 1.0, 1.3])
    func drawsFollowTheLaw(exponent: Double) {
        let (statistic, cells) = chiSquare(count: 500, exponent: exponent, draws: 50_000, seed: 7)
        // Five standard deviations of the chi-square distribution above its mean: one failure in millions of seeds.
        let freedom = Double(cells - 1)
        #expect(statistic < freedom + 5 * (2 * freedom).squareRoot(), "exponent \(exponent), seed 7")
        #expect(cells > 100)
    }

    @Test func anotherLawIsToldApart() {
        let sampler = ZipfSampler(count: 500, exponent: 0.9)
        var generator = SplitMix64(seed: 7)
        let first = (0..<20_000).count { _ in sampler.next(using: &generator) == 1 }
        let expected = 20_000 / (1...500).map { pow(Double($0), -0.9) }.reduce(0, +)
        #expect(abs(Double(first) - expected) < 5 * expected.squareRoot())
    }

    @Test func ranksStayInRangeAndSeedsRepeat() {
        for count in [1, 2, 3, 1_000_000_000] {
            let sampler = ZipfSampler(count: count, exponent: 0.99)
            var first = SplitMix64(seed: 3)
            var second = SplitMix64(seed: 3)
            for _ in 0..<1_000 {
                let rank = sampler.next(using: &first)
                #expect((1...count).contains(rank))
                #expect(rank == sampler.next(using: &second))
            }
        }
    }
}
