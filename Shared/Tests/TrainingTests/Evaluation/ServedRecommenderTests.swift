import Domain
import Models
import Testing
import Training

@Suite struct ServedRecommenderTests {
    private let corpus: Corpus = {
        var corpus = TestWorld.corpus(
            (0..<12).map { user in (0..<8).map { ItemNumber((user * 11 + $0 * 7) % 120) } }, items: 120,
            tokens: { ["c\($0 % 9)"] })
        for item in 100..<110 { corpus.items[item].isHidden = true }
        return corpus
    }()

    private func cases() -> [EvaluationCase] {
        let split = Split(of: corpus, options: SplitOptions(method: .last))
        return EvaluationCases(of: corpus, split: split, part: .test).flatMap { $0 }
    }

    @Test func recallGivesTheItemsWithTheHighestScores() throws {
        let catalogue = ServedCatalogue(bundle: TestBundle.random(items: corpus.items), items: corpus.items)
        let model = catalogue.bundle.twoTower
        let cases = cases()
        let lists = TwoTowerRecommender(catalogue).recommend(for: cases, count: 20)
        #expect(lists.count == cases.count && cases.count > 8)
        for (question, list) in zip(cases, lists) {
            var user = [Float](repeating: 0, count: model.dimensions)
            var span = user.mutableSpan
            var scratch = TwoTowerScratch()
            model.encodeUsers([question.state], items: catalogue.vectors, into: &span, scratch: &scratch)
            let exact = corpus.items.indices
                .filter { !corpus.items[$0].isHidden && !question.state.seen.contains(ItemNumber($0)) }
                .map { item in
                    let vector = catalogue.vectors.vector(of: ItemNumber(item))
                    return (
                        zip(user, vector).reduce(catalogue.vectors.bias(of: ItemNumber(item))) { $0 + $1.0 * $1.1 },
                        item
                    )
                }
                .sorted { $0.0 > $1.0 }
            #expect(list.count == 20 && Set(list).count == 20)
            // Vectors in the index are int8: nearly the same items.
            let wanted = Set(exact.prefix(20).map { ItemNumber($0.1) })
            #expect(wanted.intersection(list).count >= 18)
            #expect(list.allSatisfy { !question.state.seen.contains($0) && !corpus.items[Int($0)].isHidden })
        }
    }

    @Test func theCascadeOrdersRecallsCandidatesByTheRankerAndVariety() throws {
        let catalogue = ServedCatalogue(bundle: TestBundle.random(items: corpus.items), items: corpus.items)
        let cases = cases()
        let candidates = TwoTowerRecommender(catalogue).recommend(for: cases, count: 50)
        let ranked = CascadeRecommender(catalogue, candidates: 50, diversity: 0).recommend(for: cases, count: 20)
        let varied = CascadeRecommender(catalogue, candidates: 50, diversity: 0.8).recommend(for: cases, count: 20)
        for place in cases.indices {
            #expect(ranked[place].count == 20 && Set(ranked[place]).isSubset(of: candidates[place]))
            #expect(ranked[place] != Array(candidates[place].prefix(20)))
            #expect(ranked[place] != varied[place])
            #expect(ranked[place].first == varied[place].first)
        }
    }

    @Test func withoutARankerTheCascadeKeepsTheOrderOfRecall() throws {
        let bundle = TestBundle.random(items: corpus.items, withRanker: false)
        let catalogue = ServedCatalogue(bundle: bundle, items: corpus.items)
        let cases = cases()
        let cascade = CascadeRecommender(catalogue, candidates: 50, diversity: 0).recommend(for: cases, count: 20)
        #expect(cascade == TwoTowerRecommender(catalogue).recommend(for: cases, count: 20))
    }

    @Test func theEvaluatorMeasuresAllFour() async throws {
        let split = Split(of: corpus, options: SplitOptions(method: .last))
        let catalogue = ServedCatalogue(bundle: TestBundle.random(items: corpus.items), items: corpus.items)
        let result = try await Evaluator(corpus: corpus, split: split).evaluate([
            TwoTowerRecommender(catalogue), CascadeRecommender(catalogue, diversity: 0.1),
            PopularityRecommender(corpus: corpus, split: split), await ItemKNNRecommender(corpus: corpus, split: split),
        ])
        #expect(result.models.map(\.name) == ["two-tower", "cascade", "popularity", "item-knn"])
        #expect(result.items == 110)
        for quality in result.models {
            #expect(quality.coverage > 0 && quality.coverage <= 1)
            #expect(quality.diversity >= 0 && quality.diversity <= 1)
            #expect(quality.hitRateAt10 <= quality.recallAt20)
        }
    }
}
