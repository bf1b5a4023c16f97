import Testing
import Training

@Suite struct PairedTestTests {
    /// All assignments of signs, counted.
    private static func exact(_ differences: [Double]) -> Double {
        let found = abs(differences.reduce(0, +)) - 1e-9
        let count = 1 << differences.count
        let asLarge = (0..<count).count { signs in
            let sum = differences.indices.reduce(0.0) {
                $0 + (signs >> $1 & 1 == 0 ? differences[$1] : -differences[$1])
            }
            return abs(sum) >= found
        }
        return Double(asLarge) / Double(count)
    }

    @Test("What counting all assignments of signs gives, within the error of the draws")
    func exactly() {
        for differences in [[1, 2, 3, 4], [0.5, -0.25, 0.75, 0.125, -0.5, 0.25], [1, 1, 1, 1, 1, 1, 1, 1], [1, -1]] {
            let zeros = [Double](repeating: 0, count: differences.count)
            let test = PairedTest(zeros, differences)
            let p = Self.exact(differences)
            #expect(abs(test.p - p) < 4 * (p * (1 - p) / 10_000).squareRoot() + 2e-4, "\(differences)")
            #expect(abs(test.difference - differences.reduce(0, +) / Double(differences.count)) < 1e-12)
        }
    }

    @Test("No difference is no evidence, and users without one change nothing")
    func none() {
        #expect(PairedTest([1, 2, 3], [1, 2, 3]).p == 1)
        #expect(PairedTest([], []).p == 1)
        let some = PairedTest([0, 0, 0, 0], [1, 1, 1, 1])
        let more = PairedTest([0, 0, 0, 0, 5, 5], [1, 1, 1, 1, 5, 5])
        #expect(some.p == more.p && more.difference < some.difference)
    }

    @Test("The mean's standard error is that of the differences")
    func standardError() {
        let test = PairedTest([0, 0, 0, 0], [1, 2, 3, 4])
        // Variance of 1…4 over three degrees of freedom is 5/3.
        #expect(abs(test.standardError - (5.0 / 3 / 4).squareRoot()) < 1e-12)
    }
}
