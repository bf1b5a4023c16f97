import Testing

@testable import Training

@Suite struct SequenceLinksTests {
    private func sequences(seed: UInt64) -> [[Int32]] {
        var random = RandomSource(seed: seed)
        return (0..<30).map { _ in (0..<random.below(12)).map { _ in Int32(random.below(9)) } }
    }

    /// Against all pairs, counted one by one.
    @Test(arguments: [
        SequencePairs.Rule(reach: 3, isDirected: true, fades: true),
        SequencePairs.Rule(reach: 100, isDirected: false, fades: false),
        SequencePairs.Rule(reach: 2, isDirected: false, fades: true),
    ])
    func areTheSumsOverAllPairs(rule: SequencePairs.Rule) {
        let sequences = sequences(seed: 7)
        let factors = (0..<9).map { item in
            1 / Float(sequences.count { $0.contains(Int32(item)) }).squareRoot()
        }
        var expected = [[Float]](repeating: [Float](repeating: 0, count: 9), count: 9)
        for sequence in sequences {
            for (first, one) in sequence.enumerated() {
                for (second, other) in sequence.enumerated() where second > first && one != other {
                    guard second - first <= rule.reach else { continue }
                    let weight = rule.fades ? 1 / Float(second - first) : 1
                    let (i, j) = (Int(one), Int(other))
                    expected[i][j] += weight * factors[i] * (rule.isDirected ? 1 : factors[j])
                    if !rule.isDirected { expected[j][i] += weight * factors[i] * factors[j] }
                }
            }
        }
        let links = SequenceLinks(sequences: sequences, itemCount: 9, rule: rule)
        for item in 0..<9 {
            var row = [Float](repeating: 0, count: 9)
            unsafe row.withUnsafeMutableBufferPointer {
                unsafe links.add(Int32(item), weight: 2, to: $0.baseAddress!)
            }
            for other in 0..<9 { #expect(abs(row[other] - 2 * expected[item][other]) < 1e-4) }
        }
    }
}
