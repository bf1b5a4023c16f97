/// Whether one of two recommenders, asked for the same users, is better than the other by more than chance.
///
/// A randomisation test (Smucker, Allan, Carterette: A comparison of statistical significance tests for information retrieval
/// evaluation, CIKM 2007): were there no difference, each user's two figures could as well be exchanged; so signs of the
/// differences are drawn at random, and it is counted how often the mean is as far from zero as the one that was found.
public struct PairedTest: Sendable, Equatable {
    /// Mean of second − first.
    public let difference: Double
    /// Standard error of that mean.
    public let standardError: Double
    /// Two-sided: how often chance alone makes a difference as large. At least 1 / (rounds + 1).
    public let p: Double

    /// Compares figures of the same users in the same order. The same for the same seed. O(rounds · users that differ).
    public init(_ first: [Double], _ second: [Double], rounds: Int = 10_000, seed: UInt64 = 1) {
        let found = PairedDifference(first, second)
        (difference, standardError) = (found.mean, found.standardError)
        p = Self.chance(of: found.differences.filter { $0 != 0 }, rounds: rounds, seed: seed)
    }

    private static func chance(of differences: [Double], rounds: Int, seed: UInt64) -> Double {
        var random = RandomSource(seed: seed)
        // Sums in another order differ in their last bits: what is as large within those counts as larger.
        let found = abs(differences.reduce(0, +)) * (1 - 1e-12)
        var asLarge = 1
        for _ in 0..<rounds {
            var sum = 0.0
            var bits: UInt64 = 0
            for (place, difference) in differences.enumerated() {
                if place % 64 == 0 { bits = random.next() }
                sum += bits & 1 == 0 ? difference : -difference
                bits >>= 1
            }
            if abs(sum) >= found { asLarge += 1 }
        }
        return Double(asLarge) / Double(rounds + 1)
    }
}
