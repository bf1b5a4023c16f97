import Domain
import Models
import Testing

@testable import Training

struct ModelTrainerTests {
    private var settings: ModelTrainerSettings {
        var settings = ModelTrainerSettings()
        settings.twoTower = PlantedWorld.settings()
        settings.twoTower.epochs = 4
        settings.ranker.teacher.embedding = 8
        settings.ranker.teacher.rank = 4
        settings.ranker.teacher.deep = [16, 8]
        settings.ranker.student.hidden = [16, 8]
        settings.ranker.student.pruned = [8, 4]
        settings.ranker.student.epochs = 2
        settings.ranker.student.tuningEpochs = 1
        settings.ranker.candidates = 20
        settings.ranker.best = 5
        settings.ranker.drawn = 5
        settings.ranker.epochs = 3
        settings.ranker.batch = 16
        settings.refreshEpochs = 1
        return settings
    }

    @Test func rankingIsNeverWorseThanRecallOnValidation() throws {
        let corpus = PlantedWorld.corpus()
        let split = Split(of: corpus, options: SplitOptions(method: .last))
        var phases: [String] = []
        var fractions: [Double] = []
        let models = try ModelTrainer(settings: settings).train(TrainingData(of: corpus, split: split)) { progress in
            if phases.last != progress.phase { phases.append(progress.phase) }
            fractions.append(progress.fraction)
            return true
        }
        phases.removeAll { $0 == "int8" }
        #expect(phases == ["two-tower", "teacher", "student", "pruned", "refresh"])
        #expect(fractions == fractions.sorted())
        let recall = try #require(models.validation["two-tower.ndcg@20"])
        let cascade = try #require(models.validation["cascade.ndcg@20"])
        #expect(cascade >= recall)
        #expect(recall > 0.2)
        #expect(models.ranker?.parameters.features == RankingFeature.specification)
        let card = try #require(models.card)
        #expect(card.rows.map(\.name) == ["teacher", "student", "pruned", "int8"])
        for row in card.rows { #expect(row.auc > 0.6 && row.microseconds > 0 && row.residentBytes > row.bytes) }
        #expect(abs(card.aucLoss) < 0.05)
        #expect((models.counts["ranker lists"] ?? 0) > 40)
    }

    @Test func aShareOfNothingIsTheRecallScore() throws {
        let corpus = PlantedWorld.corpus(users: 40)
        let split = Split(of: corpus, options: SplitOptions(method: .last))
        let data = TrainingData(of: corpus, split: split)
        let models = try ModelTrainer(settings: settings).train(data)
        let ranker = try #require(models.ranker)
        let catalogue = ServedCatalogue(
            bundle: models.bundle(
                version: "", description: BundleManifest.Description(created: "", trainingData: "", split: "")),
            items: data.items)
        let validator = RankerValidator(
            data.cases(of: data.validation), catalogue: catalogue, settings: settings.ranker)
        let nothing = RankerBlend(
            ranker: ranker, linear: [Float](repeating: 3, count: RankingFeature.count), vectors: catalogue.vectors
        ).blended(ServingChoice(ranker: 0, linear: 0))
        #expect(nothing.parameters.bias1.count == 1)
        #expect(
            validator.measure(QuantisedScorer(nothing, vectors: catalogue.vectors))
                == validator.figures(of: validator.lists.scores))
    }

    /// Without a ranker in the order, recall learns from everything, and what serves is its score with company and popularity
    /// beside it.
    @Test func withoutARankerNothingIsHeldOut() throws {
        let corpus = PlantedWorld.corpus(users: 40)
        let data = TrainingData(
            items: corpus.items, userAttributes: corpus.userAttributes, train: corpus.interactions, validation: [])
        var settings = settings
        settings.choice = ServingChoice(ranker: 0, linear: 0, company: 0.5, popularity: -0.25)
        var phases: Set<String> = []
        let models = try ModelTrainer(settings: settings).train(data) { progress in
            phases.insert(progress.phase)
            return true
        }
        #expect(phases == ["two-tower"] && models.choice == settings.choice)
        settings.trainsRanker = false
        let alone = try ModelTrainer(settings: settings).train(data)
        #expect(models.twoTower.parameters == alone.twoTower.parameters && alone.ranker == nil)
        let links = try #require(models.links)
        let bundle = models.bundle(
            version: "", description: BundleManifest.Description(created: "", trainingData: "", split: ""))
        let catalogue = ServedCatalogue(bundle: bundle, items: data.items)
        let validator = RankerValidator(
            EvaluationCases(
                of: corpus, split: Split(of: corpus, options: SplitOptions(method: .last)), part: .validation),
            catalogue: catalogue, settings: settings.ranker)
        let lists = validator.lists
        let ranker = try #require(models.ranker)
        let scores = QuantisedScorer(ranker, vectors: catalogue.vectors).scores(of: lists)
        #expect(links.count > 0 && !scores.isEmpty)
        for (place, score) in scores.enumerated() {
            let company = lists.features[place * RankingFeature.count + RankingFeature.companyLong.rawValue]
            let popularity = lists.features[place * RankingFeature.count + RankingFeature.recentPopularity.rawValue]
            #expect(abs(score - lists.scores[place] - 0.5 * company + 0.25 * popularity) < 1e-4)
        }
    }

    /// What the ranker learns from is kept from the recall model, with all that its user did after.
    @Test func questionsAreEachUsersLastMeetings() {
        let corpus = PlantedWorld.corpus(users: 20, length: 10)
        let data = TrainingData(
            items: corpus.items, userAttributes: corpus.userAttributes, train: corpus.interactions, validation: [])
        var settings = RankerSettings()
        settings.share = 0.2
        let questions = RankerQuestions(data, settings: settings)
        #expect(questions.indices.count == 40)
        #expect(questions.indices == questions.indices.sorted())
        for user in 0..<20 {
            let own = data.train.indices.filter { data.train[$0].user == user }
            #expect(own.filter { questions.isHeldOut[$0] } == Array(own.suffix(2)))
        }
        settings.lists = 10
        let fewer = RankerQuestions(data, settings: settings)
        #expect(fewer.indices.count == 10)
        #expect(fewer.isHeldOut.count { $0 } == 10)
    }

    @Test func aRecallModelAloneIsPossible() throws {
        var settings = settings
        settings.trainsRanker = false
        settings.twoTower.epochs = 1
        let corpus = PlantedWorld.corpus(users: 40)
        let split = Split(of: corpus, options: SplitOptions(method: .last))
        let models = try ModelTrainer(settings: settings).train(TrainingData(of: corpus, split: split))
        #expect(models.ranker == nil)
        #expect(models.validation["two-tower.ndcg@20"] != nil)
    }
}
