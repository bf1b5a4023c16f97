import Domain
import Testing

@testable import Training

/// The questions of a training, which know no statistics, and the cases that are made of them.
struct ValidationCasesTests {
    /// Histories of different lengths: while of the short ones the last but one item is asked for, the long ones are still learned
    /// from.
    private static let corpus = TestWorld.corpus(
        (0..<300).map { user in
            let length = 4 + user % 30
            return (0..<length).map { place in ItemNumber((7 * user + 11 * place) % 90) }
        })
    private let split = Split(of: corpus, options: SplitOptions(method: .last))

    @Test func theirStatisticsAreThoseOfTheMoment() {
        let data = TrainingData(of: Self.corpus, split: split)
        let cases = data.cases(of: data.validation).flatMap(\.self)
        let expected = EvaluationCases(of: Self.corpus, split: split, part: .validation).flatMap(\.self)
        #expect(cases.count == 300 && expected.count == 300)
        for (found, wanted) in zip(cases, expected) {
            #expect(found.user == wanted.user && found.target == wanted.target && found.state == wanted.state)
            #expect(found.statistics.now == wanted.statistics.now)
            let isSame = Self.corpus.items.indices.allSatisfy {
                found.statistics[ItemNumber($0)] == wanted.statistics[ItemNumber($0)]
            }
            #expect(isSame)
        }
        let counted = Set(data.validation.map(\.counted))
        #expect(counted.count > 20 && counted.max() ?? 0 <= data.train.count)
    }

    @Test func batchesAreAlikeAndSmall() {
        let data = TrainingData(of: Self.corpus, split: split)
        let sizes = data.cases(of: Array(data.validation.prefix(259))).map(\.count)
        #expect(sizes == [129, 130])
        #expect(data.cases(of: []).map(\.count).isEmpty)
    }

    @Test func whatIsLeftOutOfTheTrainingPartIsNotCounted() {
        let cold = ColdItems(of: Self.corpus.items, share: 0.3, seed: 1)
        let all = TrainingData(of: Self.corpus, split: split)
        let left = cold.left(outOf: all)
        let counts = Dictionary(uniqueKeysWithValues: all.validation.map { ($0.user, $0.counted) })
        #expect(left.validation.count < all.validation.count)
        for question in left.validation {
            let before = all.train.prefix(counts[question.user] ?? 0)
            #expect(question.counted == before.count { !cold.isCold[Int($0.entry.item)] })
        }
        #expect(left.cases(of: left.validation).map(\.count).reduce(0, +) == left.validation.count)
    }
}
