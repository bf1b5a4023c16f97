import Domain
import Models
import Testing

@testable import Training

/// What validation chooses to serve.
struct RankerBlendTests {
    private static let (users, length, dimensions) = (60, 40, 16)

    /// A ranker that knows the item's trend alone, and questions whose candidates have some features by their user and by whether
    /// they were taken, which is the last one of each list.
    private func fixture(
        _ feature: (_ user: Int, _ isTaken: Bool, RankingFeature) -> Float
    ) -> (RankerBlend, RankerValidator) {
        fixture(known: 0..<Self.length) { feature($0, $1 == Self.length - 1, $2) }
    }

    /// The same of features by item, where the model knows a part of the items.
    private func fixture(
        known: Range<Int>, _ feature: (_ user: Int, _ item: Int, RankingFeature) -> Float
    ) -> (RankerBlend, RankerValidator) {
        let width = RankingFeature.count
        let rows = Self.users * Self.length
        var (scores, features) = ([Float](), [Float](repeating: 0, count: rows * width))
        for row in 0..<rows {
            for (place, name) in RankingFeature.allCases.enumerated() {
                features[row * width + place] = feature(row / Self.length, row % Self.length, name)
            }
            scores.append(features[row * width])
        }
        let lists = CandidateLists(
            dimensions: Self.dimensions, users: [Float](repeating: 0, count: Self.users * Self.dimensions),
            offsets: (0...Self.users).map { $0 * Self.length },
            items: (0..<rows).map { ItemNumber($0 % Self.length) }, scores: scores, features: features)
        var weights = [Float](repeating: 0, count: width)
        weights[RankingFeature.trend.rawValue] = 1
        let items = (0..<Self.length).map { Item(id: "i\($0)") }
        let catalogue = ServedCatalogue(
            bundle: TestBundle.random(items: Array(items[known]), withRanker: false), items: items)
        return (
            RankerBlend(
                ranker: QuantisedRanker(linear: weights, dimensions: Self.dimensions), linear: weights,
                vectors: catalogue.vectors),
            RankerValidator(AnswerableLists(of: lists, targets: (1...Self.users).map { $0 * Self.length - 1 }))
        )
    }

    /// Taken items are anywhere by recall; by company, or by popularity, they are first or last.
    @Test(arguments: [RankingFeature.companyLong, .recentPopularity], [false, true])
    func whatIsBesideRecallHasAWeightWhereItHelps(given: RankingFeature, isAgainst: Bool) {
        var random = RandomSource(seed: 3)
        let (blend, validator) = fixture { _, isTaken, feature in
            switch feature {
            case .recallScore: random.normal()
            case given: isTaken != isAgainst ? 3 : 0
            default: 0
            }
        }
        let choice = blend.best(by: validator).choice
        #expect((choice.company > 0) == (given == .companyLong && !isAgainst))
        #expect((choice.popularity > 0) == (given == .recentPopularity && !isAgainst))
        #expect((choice.popularity < 0) == (given == .recentPopularity && isAgainst))
        #expect(choice.isWithoutRanker)
    }

    /// Taken items have more company and are less popular: in half of the lists the one tells them apart, in half the other.
    @Test func bothWeightsAreFoundTogether() {
        var random = RandomSource(seed: 3)
        let (blend, validator) = fixture { user, isTaken, feature in
            switch feature {
            case .recallScore: random.normal()
            case .companyLong: isTaken && user % 2 == 0 ? 8 : 5
            case .recentPopularity: isTaken && user % 2 == 1 ? 2 : 30
            default: 0
            }
        }
        let best = blend.best(by: validator)
        #expect(best.choice.company > 0 && best.choice.popularity < 0)
        #expect((best.figures["ndcg@20"] ?? 0) > 0.9)
        for one in [best.choice.with(\.company, 0), best.choice.with(\.popularity, 0)] {
            #expect((blend.measured(one, by: validator).figures["ndcg@20"] ?? 1) < 0.8)
        }
    }

    /// A random part of a history without order cannot tell what popularity is worth, and flatters links.
    @Test func withoutOrderCompanyAloneServesWithHalfItsWeight() {
        func choice(hasOrder: Bool) -> ServingChoice {
            var random = RandomSource(seed: 3)
            var (blend, validator) = fixture { user, isTaken, feature in
                switch feature {
                case .recallScore: random.normal()
                case .companyLong: isTaken && user % 2 == 0 ? 8 : 5
                case .recentPopularity: isTaken && user % 2 == 1 ? 30 : 2
                default: 0
                }
            }
            blend.hasOrder = hasOrder
            return blend.best(by: validator).choice
        }
        let (ordered, orderless) = (choice(hasOrder: true), choice(hasOrder: false))
        #expect(ordered.company > 0 && ordered.popularity > 0)
        #expect(orderless.company > 0 && orderless.popularity == 0)
        #expect(ServingChoice.companies.contains(2 * orderless.company))
    }

    /// Recall has the taken item first except in a third of the lists. The trend puts it first in some of those, and last in some
    /// where it was first.
    @Test(arguments: [(20, 0, true), (6, 1, true), (1, 0, false), (3, 2, false), (2, 3, false)])
    func sharesMustBeClearlyBetter(helped: Int, harmed: Int, serves: Bool) {
        let (blend, validator) = fixture { user, isTaken, feature in
            let isMissed = user < Self.users / 3
            return switch feature {
            case .recallScore: isTaken ? (isMissed ? 0 : 2) : 1
            case .trend:
                if isMissed {
                    isTaken && user < helped ? 2 : 0
                } else {
                    !isTaken && user >= Self.users - harmed ? 3 : 0
                }
            default: 0
            }
        }
        let best = blend.best(by: validator)
        #expect(best.choice.isWithoutRanker == !serves)
        let recall = blend.measured(ServingChoice(ranker: 0, linear: 0), by: validator)
        #expect((best.figures["ndcg@20"] ?? 0) >= (recall.figures["ndcg@20"] ?? 1))
        #expect(((best.figures["ndcg@20"] ?? 0) > (recall.figures["ndcg@20"] ?? 0)) == serves)
    }

    /// Items that the model does not know are all alike. A taken item that 25 of them are before is shown where answers are varied,
    /// and one that is like a better one where they are as usual.
    @Test(arguments: [false, true]) func answersAreAsVariedAsIsBest(isLikeOthers: Bool) {
        let taken = Self.length - 1
        var scores = [Float](repeating: 0, count: Self.length)
        if isLikeOthers {
            scores[0] = 1
            for item in 24..<taken { scores[item] = 0.7 }
            scores[taken] = 0.9
        } else {
            for item in 0..<25 { scores[item] = 1 }
            scores[taken] = 0.82
        }
        let known = (isLikeOthers ? 24 : 25)..<(isLikeOthers ? taken : Self.length)
        let (blend, validator) = fixture(known: known) { _, item, feature in
            feature == .recallScore ? scores[item] : 0
        }
        let best = blend.best(by: validator)
        #expect(best.choice.isWithoutRanker)
        #expect((best.choice.diversity > ModelBundle.usualDiversity) == !isLikeOthers)
    }

    /// A ranker that gives all the same leaves recall's order, and is no better than that.
    @Test func aRankerThatSaysNothingDoesNotServe() {
        let (blend, validator) = fixture { user, isTaken, feature in
            feature == .recallScore && isTaken ? (user % 2 == 0 ? 1 : -1) : 0
        }
        let (recall, dead) = (ServingChoice(ranker: 0, linear: 0), ServingChoice.whole)
        #expect(blend.best(by: validator).choice == recall)
        #expect(blend.measured(dead, by: validator).figures["ndcg@20"] == 0)
    }

    /// Without questions nothing says what is best: the ranker serves as it was trained.
    @Test func withoutQuestionsTheRankerServes() {
        let (blend, _) = fixture { _, _, _ in 0 }
        let none = RankerValidator(AnswerableLists(dimensions: Self.dimensions))
        #expect(blend.best(by: none).choice == .whole)
    }
}
