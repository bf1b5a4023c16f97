import Domain
import Models
import Testing

@testable import Training

/// Graph towers as the recall model of a bundle.
@Suite struct GraphRecallTests {
    /// Users who like one of four groups of items, which a token tells; some items have no users.
    private func world(users: Int = 240, items: Int = 60, seed: UInt64 = 3) -> InteractionSplit {
        var random = RandomSource(seed: seed)
        var split = InteractionSplit(itemCount: items, train: [], test: [])
        for user in 0..<users {
            let own = (0..<items - 4).filter { $0 % 4 == user % 4 }.shuffled(using: &random).prefix(9).map { Int32($0) }
            split.train.append(own.dropLast(2).sorted())
            split.test.append(own.suffix(2).sorted())
        }
        return split
    }

    private func items(_ count: Int) -> [Item] {
        (0..<count).map { Item(id: "\($0)", attributes: ["group": .text("\($0 % 4)")]) }
    }

    private func settings() -> ModelTrainerSettings {
        var settings = ModelTrainerSettings(seed: 1, threads: 1)
        settings.recall = .graph
        settings.twoTower.dimensions = 16
        settings.twoTower.epochs = 12
        settings.twoTower.learningRate = 0.03
        settings.twoTower.negatives = 64
        settings.twoTower.batch = 64
        (settings.ranker.lists, settings.ranker.epochs) = (100, 2)
        (settings.ranker.student.epochs, settings.ranker.student.tuningEpochs) = (1, 1)
        return settings
    }

    private func bundle(_ model: TwoTowerModel) -> ModelBundle {
        ModelBundle(
            version: "", twoTower: model, ranker: nil,
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
    }

    @Test("As a two-tower model, graph towers give every user the same scores", arguments: [false, true])
    func scores(hasTokens: Bool) throws {
        let split = world()
        var data = OrderlessSplit(split, limits: UserState.Limits(), questions: 0, seed: 1).data
        if hasTokens { data.items = items(split.itemCount) }
        let settings = settings().twoTower
        let graph = InteractionGraph(itemCount: split.itemCount, itemsByUser: split.train)
        var graphSettings = GraphTowerSettings(users: split.train.count)
        (graphSettings.dimensions, graphSettings.epochs, graphSettings.threads) = (16, 3, 1)
        let towers = try GraphTowerTrainer(graph: graph, settings: graphSettings).train()
        let tables = TwoTowerTables(
            data, sequences: UserSequences(data.train, users: data.userCount), settings: settings)
        let model = TwoTowerModel(towers, tables: tables, settings: settings)
        #expect(model.itemTokens.count == (hasTokens ? 4 : 0))
        let catalogue = ServedCatalogue(bundle: bundle(model), items: data.items)
        var scratch = TwoTowerScratch()
        for user in stride(from: 0, to: split.train.count, by: 17) {
            var state = UserState()
            for item in split.train[user] {
                state.apply(
                    HistoryEntry(item: ItemNumber(item), kind: .click, weight: 1, timestamp: 1),
                    limits: UserState.Limits())
            }
            var vector = [Float](repeating: 0, count: model.dimensions)
            var span = vector.mutableSpan
            model.encodeUsers([state], items: catalogue.vectors, into: &span, scratch: &scratch)
            let expected = towers.userVector(of: split.train[user])
            for item in 0..<(split.itemCount - 4) {
                let products = (0..<16).map { expected[$0] * towers.vectors[item * 16 + $0] }
                let score = products.reduce(towers.biases[item], +)
                let vectors = catalogue.vectors
                let served = zip(vectors.vector(of: ItemNumber(item)), vector).map(*)
                    .reduce(vectors.bias(of: ItemNumber(item)), +)
                #expect(abs(score - served) < 1e-3, "user \(user), item \(item)")
            }
        }
    }

    @Test("A training without order finds what users took besides, the same bit for bit each time")
    func training() async throws {
        let split = world()
        let product = OrderlessSplit(split, limits: UserState.Limits(), questions: 100, seed: 1)
        let models = try ModelTrainer(settings: settings()).train(product.data)
        let again = try ModelTrainer(settings: settings()).train(product.data)
        #expect(models.twoTower.parameters == again.twoTower.parameters)
        #expect(models.ranker?.parameters == again.ranker?.parameters)
        let made = models.bundle(
            version: "", description: BundleManifest.Description(created: "", trainingData: "", split: ""))
        let catalogue = ServedCatalogue(bundle: made, items: product.data.items)
        let quality = try await product.measure(TwoTowerRecommender(catalogue))
        // A group has 14 items, 7 of which the user has: a list of 20 at random finds a third.
        #expect(quality.users == split.train.count && quality.recall > 0.9, "\(quality)")
        let served = try await product.measure(CascadeRecommender(catalogue, candidates: 40, diversity: 0))
        #expect(served.recall > 0.9, "\(served)")
        #expect(models.curves.points.contains { $0.phase == "two-tower" && $0.figures["ndcg@20"] != nil })
        #expect(models.validation["two-tower.recall@20"]! > 0.8)
    }

    @Test("Items that a user's history no longer has count as those that it has", arguments: [1, 3])
    func longHistories(length: Int) throws {
        let split = world()
        let data = OrderlessSplit(split, limits: UserState.Limits(), questions: 40, seed: 1).data
        var settings = settings()
        settings.takeGraphSteps(items: split.itemCount, dimensions: 16)
        settings.choice = ServingChoice(ranker: 0, linear: 0, company: 1)
        let models = try ModelTrainer(settings: settings).train(data)
        let catalogue = ServedCatalogue(
            bundle: models.bundle(
                version: "", description: BundleManifest.Description(created: "", trainingData: "", split: "")),
            items: data.items)
        func answers(history: Int) -> [[ItemNumber]] {
            let cases = OrderlessSplit(split, limits: UserState.Limits(history: history), questions: 0, seed: 1).cases
            let states = cases.map(\.state)
            #expect(states.allSatisfy { $0.history.count == min(history, 7) && $0.seen.count == 7 })
            return CascadeRecommender(catalogue, candidates: 40, diversity: 0).recommend(for: cases, count: 10)
        }
        let (whole, cut) = (answers(history: 64), answers(history: length))
        #expect(whole == cut)
    }

    @Test("An item that training did not know is near the items that it has a token with")
    func coldItems() throws {
        let split = world()
        var data = OrderlessSplit(split, limits: UserState.Limits(), questions: 0, seed: 1).data
        data.items = items(split.itemCount)
        var settings = settings()
        settings.trainsRanker = false
        let model = try ModelTrainer(settings: settings).train(data).twoTower
        let vectors = ServedCatalogue(bundle: bundle(model), items: data.items).vectors
        let cold = 57
        #expect(model.items.row(of: "\(cold)") == nil)
        func similarity(_ other: Int) -> Float {
            zip(vectors.vector(of: ItemNumber(cold)), vectors.vector(of: ItemNumber(other))).reduce(0) {
                $0 + $1.0 * $1.1
            }
        }
        func mean(_ items: [Int]) -> Float { items.map(similarity).reduce(0, +) / Float(items.count) }
        let own = mean((0..<56).filter { $0 % 4 == cold % 4 })
        let others = mean((0..<56).filter { $0 % 4 != cold % 4 })
        #expect(own > others + 0.3)
    }

    @Test("A training that goes on from towers begins with these")
    func start() throws {
        let split = world()
        let graph = InteractionGraph(itemCount: split.itemCount, itemsByUser: split.train)
        var settings = GraphTowerSettings(users: split.train.count)
        (settings.dimensions, settings.epochs, settings.threads) = (16, 2, 1)
        let towers = try GraphTowerTrainer(graph: graph, settings: settings).train()
        let fuller = InteractionGraph(
            itemCount: split.itemCount, itemsByUser: zip(split.train, split.test).map { $0 + $1 })
        settings.seed = 2
        let network = GraphTowerNetwork(graph: fuller, settings: settings)
        network.begin(from: GraphTowerStart(towers: towers, itemFactors: graph.itemFactors))
        let begun = network.towers
        let differences = zip(begun.vectors, towers.vectors).prefix(56 * 16).map { abs($0 - $1) }
        #expect(differences.allSatisfy { $0 < 1e-4 })
        #expect(begun.biases[..<56] == towers.biases[..<56])
        // What an item adds to its users is as its degree in the fuller graph says.
        let ratio = fuller.itemFactors[5] / graph.itemFactors[5]
        #expect(abs(begun.history[5 * 16] - ratio * towers.history[5 * 16]) < 1e-5)
    }

    @Test("A history tells an order unless nearly all of a user's interactions are of one moment")
    func methods() {
        func interactions(_ times: [Int64], kind: EventKind = .click) -> [Interaction] {
            (0..<20).flatMap { user in
                times.enumerated().map { place, time in
                    Interaction(
                        user: user,
                        entry: HistoryEntry(item: ItemNumber(place), kind: kind, weight: 1, timestamp: time))
                }
            }
        }
        #expect(RecallMethod(for: interactions([5, 5, 5, 5])) == .graph)
        #expect(RecallMethod(for: interactions([1, 2, 3, 4])) == .nextItem)
        #expect(RecallMethod(for: interactions([1, 1, 1, 4])) == .nextItem)
        #expect(RecallMethod(for: interactions([1, 1, 1], kind: .impression)) == .nextItem)
        #expect(RecallMethod(for: []) == .nextItem)
    }

    @Test("What is of one moment is shuffled, what is not stays")
    func ties() {
        let times: [Int64] = [1, 1, 1, 1, 1, 1, 1, 1, 2, 3, 3]
        let kinds: [EventKind] = [.click, .impression] + [EventKind](repeating: .click, count: 9)
        let before = times.indices.map {
            Interaction(
                user: 0, entry: HistoryEntry(item: ItemNumber($0), kind: kinds[$0], weight: 1, timestamp: times[$0]))
        }
        var corpus = Corpus(items: [], users: ["u"], userAttributes: [[]], interactions: before, hasRealTime: false)
        corpus.shuffleTies(seed: 5)
        #expect(corpus.interactions != before && corpus.interactions.map(\.entry.timestamp) == times)
        #expect(corpus.interactions[1] == before[1] && corpus.interactions[8] == before[8])
        #expect(Set(corpus.interactions.map(\.entry.item)) == Set(before.map(\.entry.item)))
    }

    @Test("What comes last of one moment is drawn by degree to the power of a quarter, and so is what comes before it")
    func popularTies() {
        // A user has three items that one, 16 and 81 times as many users take: weights 1, 2 and 3.
        let degrees = [1, 16, 81]
        let trials = 2_000
        var interactions: [Interaction] = []
        for user in 0..<trials {
            for item in 0..<3 {
                let entry = HistoryEntry(item: ItemNumber(item), kind: .click, weight: 1, timestamp: 1)
                interactions.append(Interaction(user: UInt32(user), entry: entry))
            }
        }
        for (item, degree) in degrees.enumerated() {
            for other in 0..<(degree - 1) * trials {
                let entry = HistoryEntry(item: ItemNumber(item), kind: .click, weight: 1, timestamp: 2)
                interactions.append(Interaction(user: UInt32(trials + other), entry: entry))
            }
        }
        var corpus = Corpus(
            items: (0..<3).map { Item(id: "\($0)") }, users: [], userAttributes: [], interactions: interactions,
            hasRealTime: false)
        corpus.shuffleTies(seed: 5)
        #expect(corpus.hasRandomTies)
        var (last, orders) = ([Int](repeating: 0, count: 3), [[ItemNumber]: Int]())
        let users = Dictionary(grouping: corpus.interactions[..<(3 * trials)], by: \.user)
        for interactions in users.values {
            let items = interactions.map(\.entry.item)
            last[Int(items.last!)] += 1
            orders[Array(items), default: 0] += 1
        }
        for (item, share) in [1.0 / 6, 2.0 / 6, 3.0 / 6].enumerated() {
            #expect(abs(Double(last[item]) / Double(trials) - share) < 0.05)
        }
        // Last the one of weight 3, before it that of weight 2: 3/6 · 2/3.
        #expect(abs(Double(orders[[0, 1, 2]] ?? 0) / Double(trials) - 1.0 / 3) < 0.05)
    }

    @Test("No data, and a training that is stopped, are errors")
    func errors() throws {
        let split = world()
        let data = OrderlessSplit(split, limits: UserState.Limits(), questions: 10, seed: 1).data
        let none = TrainingData(items: data.items, userAttributes: data.userAttributes, train: [], validation: [])
        for trainsRanker in [false, true] {
            var settings = settings()
            settings.trainsRanker = trainsRanker
            #expect { try ModelTrainer(settings: settings).train(none) } throws: {
                ($0 as? TrainingError)?.code == .noData
            }
            #expect { try ModelTrainer(settings: settings).train(data) { _ in false } } throws: {
                ($0 as? TrainingError)?.code == .cancelled
            }
        }
    }
}
