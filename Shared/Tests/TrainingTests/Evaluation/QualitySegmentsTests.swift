import Domain
import Testing
import Training

struct QualitySegmentsTests {
    /// 100 items; item `i` is taken by about `100 / (i + 1)` users, so that the first is in a group of its own.
    private static let corpus: Corpus = {
        var sequences: [[ItemNumber]] = []
        for user in 0..<60 {
            var own: [ItemNumber] = []
            for item in 0..<100 where user % (item + 1) == 0 { own.append(ItemNumber(item)) }
            sequences.append(Array(own.suffix(12)) + [ItemNumber(60 + user % 40)])
        }
        return TestWorld.corpus(sequences, items: 100)
    }()

    @Test func segmentsAddUpToTheWhole() async throws {
        let corpus = Self.corpus
        let split = Split(of: corpus, options: SplitOptions(method: .last))
        let bundle = TestBundle.random(items: corpus.items)
        let recommenders: [any Recommender] = [
            TwoTowerRecommender(ServedCatalogue(bundle: bundle, items: corpus.items)),
            PopularityRecommender(corpus: corpus, split: split),
        ]
        let segments = QualitySegments(corpus: corpus, split: split, recommenders: 2)
        let result = try await Evaluator(corpus: corpus, split: split).evaluate(recommenders, observer: segments)
        for parts in [segments.byHistory, segments.byItemPopularity] {
            #expect(parts.map(\.cases).reduce(0, +) == result.cases)
            #expect(parts.count > 1)
            for model in 0..<2 {
                // One case a user: averages over cases are those over users.
                let ndcg = parts.reduce(0) { $0 + Double($1.cases) * $1.ndcgAt20[model] } / Double(result.cases)
                let recall = parts.reduce(0) { $0 + Double($1.cases) * $1.recallAt20[model] } / Double(result.cases)
                #expect(abs(ndcg - result.models[model].ndcgAt20) < 1e-9)
                #expect(abs(recall - result.models[model].recallAt20) < 1e-9)
            }
        }
        let (random, popular) = (segments.exposure[0], segments.exposure[1])
        for exposure in [random, popular] {
            #expect(abs(exposure.shares.reduce(0, +) - 1) < 1e-9)
            #expect((0...1).contains(exposure.gini))
        }
        #expect(popular.meanPopularity > random.meanPopularity)
        #expect(popular.gini > 0.5)
        #expect(popular.shares[0] + popular.shares[1] > random.shares[0] + random.shares[1])
        #expect(abs(segments.trainingShares.reduce(0, +) - 1) < 1e-9)
    }

    @Test func exposureOfAllAlikeIsFairAndOfOneIsNot() throws {
        let corpus = Self.corpus
        let split = Split(of: corpus, options: SplitOptions(method: .last))
        let segments = QualitySegments(corpus: corpus, split: split, recommenders: 2)
        let question = try #require(Array(EvaluationCases(of: corpus, split: split, part: .test).joined()).first)
        for start in stride(from: 0, to: 100, by: 20) {
            segments.note((start..<(start + 20)).map { ItemNumber($0) }, of: 0, for: question)
        }
        segments.note([3], of: 1, for: question)
        #expect(abs(segments.exposure[0].gini) < 1e-9)
        #expect(abs(segments.exposure[1].gini - 0.99) < 1e-9)
    }
}
