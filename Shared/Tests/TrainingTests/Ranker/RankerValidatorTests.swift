import Foundation
import Domain
import Testing

@testable import Training

/// What rankers are compared by, against the straightforward computation.
struct RankerValidatorTests {
    /// Lists of 1 to 7 candidates, the last of some of them taken; scores of few different values, so that many are equal.
    private static func asked(_ seed: UInt64) -> (lists: CandidateLists, targets: [Int?], scores: [Float]) {
        var random = RandomSource(seed: seed)
        let lengths = (0..<40).map { _ in 1 + random.below(7) }
        let offsets = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        let count = offsets[40]
        let targets = (0..<40).map { random.below(3) == 0 ? nil : offsets[$0 + 1] - 1 }
        let lists = CandidateLists(
            dimensions: 2, users: (0..<80).map { Float($0) }, offsets: offsets, items: (0..<count).map { UInt32($0) },
            scores: (0..<count).map { Float($0) },
            features: (0..<(count * RankingFeature.count)).map { Float($0) })
        return (lists, targets, (0..<count).map { _ in Float(random.below(4)) })
    }

    /// Scores of the candidates that the validator keeps.
    private static func kept(_ scores: [Float], _ validator: RankerValidator) -> [Float] {
        validator.lists.items.map { scores[Int($0)] }
    }

    @Test(arguments: [UInt64(1), 2, 3]) func countsWhatRecallMissesAndKeepsTheRest(_ seed: UInt64) {
        let (lists, targets, scores) = Self.asked(seed)
        let validator = RankerValidator(AnswerableLists(of: lists, targets: targets))
        #expect(validator.cases == 40)
        #expect(validator.answerable == targets.count { $0 != nil })
        let ranks = (0..<40).compactMap { list in
            // The item that was taken is the last one of its list: equal ones are before it.
            targets[list].map { target in lists.range(of: list).count { scores[$0] >= scores[target] } - 1 }
        }
        let expected = ranks.reduce(0.0) { $0 + 1 / log2(Double($1) + 2) } / 40
        let figures = validator.figures(of: Self.kept(scores, validator))
        #expect(abs((figures["ndcg@20"] ?? 0) - expected) < 1e-12)
        #expect(abs((figures["recall@20"] ?? 0) - Double(ranks.count) / 40) < 1e-12)
        let asked = (0..<40).filter { targets[$0] != nil }
        for (place, list) in asked.enumerated() {
            let (own, range) = (validator.lists.range(of: place), lists.range(of: list))
            #expect(validator.lists.items[own] == lists.items[range])
            #expect(validator.lists.scores[own] == lists.scores[range])
            #expect(validator.lists.users[2 * place] == lists.users[2 * list])
            let width = RankingFeature.count
            #expect(
                validator.lists.features[own.lowerBound * width] == lists.features[range.lowerBound * width])
        }
    }

    @Test(arguments: [UInt64(1), 2, 3], [1, 2, 5]) func itsAUCIsThatOfItsQuality(_ seed: UInt64, _ threads: Int) {
        let (lists, targets, scores) = Self.asked(seed)
        let validator = RankerValidator(AnswerableLists(of: lists, targets: targets))
        let own = Self.kept(scores, validator)
        #expect(validator.auc(of: own, threads: threads) == validator.quality(of: own).auc)
        #expect(abs(validator.auc(of: own, threads: threads) - 0.5) > 0.001)
    }

    @Test func whereNothingCanBeToldItIsAHalf() {
        let (lists, _, _) = Self.asked(1)
        let validator = RankerValidator(AnswerableLists(of: lists, targets: [Int?](repeating: nil, count: 40)))
        #expect(validator.auc(of: [], threads: 2) == 0.5)
        #expect(validator.figures(of: [])["ndcg@20"] == 0)
    }
}
