import Testing

@testable import Training

@Suite struct GraphTowerTests {
    /// Random interactions of users who like one of four groups of items.
    private func world(users: Int = 200, items: Int = 80, seed: UInt64 = 3) -> InteractionSplit {
        var random = RandomSource(seed: seed)
        var split = InteractionSplit(itemCount: items, train: [], test: [])
        for user in 0..<users {
            let own = (0..<items).filter { $0 % 4 == user % 4 }.shuffled(using: &random).prefix(10).map { Int32($0) }
            split.train.append(own.prefix(7).sorted())
            split.test.append(own.dropFirst(7).sorted())
        }
        return split
    }

    private func settings(threads: Int = 1) -> GraphTowerSettings {
        var settings = GraphTowerSettings()
        settings.dimensions = 16
        settings.batch = 64
        settings.epochs = 10
        settings.threads = threads
        return settings
    }

    @Test func propagationIsTheNormalisedProduct() {
        let split = world()
        let graph = InteractionGraph(itemCount: split.itemCount, itemsByUser: split.train)
        var random = RandomSource(seed: 9)
        let x = (0..<split.itemCount * 3).map { _ in random.normal() }
        var found = [Float](repeating: 0, count: graph.userCount * 3)
        unsafe found.withUnsafeMutableBufferPointer { output in
            unsafe x.withUnsafeBufferPointer { x in
                for user in 0..<graph.userCount {
                    unsafe graph.propagate(
                        toUser: user, width: 3, x.baseAddress!, into: output.baseAddress! + user * 3)
                }
            }
        }
        for user in 0..<graph.userCount {
            for d in 0..<3 {
                let expected = split.train[user].reduce(Float(0)) { sum, item in
                    let degrees = Float(split.train[user].count * graph.degree(ofItem: Int(item)))
                    return sum + x[Int(item) * 3 + d] / degrees.squareRoot()
                }
                #expect(abs(found[user * 3 + d] - expected) < 1e-4)
            }
        }
    }

    /// Against differences of the loss, with more and with fewer negatives than items.
    @Test(arguments: [80, 30]) func gradientsAreThoseOfTheLoss(negatives: Int) {
        let split = world(users: 40)
        let graph = InteractionGraph(itemCount: split.itemCount, itemsByUser: split.train)
        var settings = settings(threads: 2)
        settings.dimensions = 4
        settings.negatives = negatives
        settings.temperature = 0.5
        settings.initialSpread = 1
        let network = GraphTowerNetwork(graph: graph, settings: settings)
        var random = RandomSource(seed: 5)
        let drawn = network.drawNegatives(&random)
        let users = (0..<Int32(40)).filter { $0 % 3 != 0 }
        func loss() -> Double { network.accumulateGradients(users: users, negatives: drawn) }
        _ = loss()
        let gradients = (network.tableGradients.array, network.biasGradients.array)
        for (values, gradient, count) in [
            (network.table, gradients.0, split.itemCount * 4), (network.biases, gradients.1, split.itemCount),
        ] {
            for place in stride(from: 0, to: count, by: 7) {
                let (value, step) = unsafe (values.base[place], Float(0.01))
                unsafe values.base[place] = value + step
                let above = loss()
                unsafe values.base[place] = value - step
                let below = loss()
                unsafe values.base[place] = value
                let difference = Float(above - below) / (2 * step)
                #expect(abs(difference - gradient[place]) < 2e-4 + 0.02 * abs(gradient[place]), "at \(place)")
            }
        }
    }

    @Test func trainingLowersTheLossAndBeatsPopularity() throws {
        let split = world()
        let graph = InteractionGraph(itemCount: split.itemCount, itemsByUser: split.train)
        var losses: [Double] = []
        let towers = try GraphTowerTrainer(graph: graph, settings: settings()).train {
            losses.append($0.loss)
            return true
        }
        #expect(losses.count == 10)
        #expect(losses[9] < 0.9 * losses[0])
        let towerQuality = FullRanking.measure(GraphTowerScorer(towers, users: split.train), on: split, threads: 2)
        let popular = FullRanking.measure(PopularityScorer(graph: graph), on: split, threads: 2)
        let neighbours = FullRanking.measure(CooccurrenceScorer(graph: graph), on: split, threads: 2)
        #expect(towerQuality.users == 200)
        // Thirteen items of a user's group are left: all within the first twenty.
        #expect(towerQuality.recall > 0.9)
        #expect(neighbours.recall > 0.95)
        #expect(popular.recall < 0.5)
    }

    @Test func repeatsBitForBit() throws {
        let split = world()
        let graph = InteractionGraph(itemCount: split.itemCount, itemsByUser: split.train)
        let first = try GraphTowerTrainer(graph: graph, settings: settings(threads: 2)).train()
        let second = try GraphTowerTrainer(graph: graph, settings: settings(threads: 2)).train()
        #expect(first.vectors == second.vectors && first.biases == second.biases && first.history == second.history)
    }

    @Test func stopsWhenTheRateIsTooHigh() {
        let split = world()
        let graph = InteractionGraph(itemCount: split.itemCount, itemsByUser: split.train)
        var wild = settings()
        wild.learningRate = .infinity
        let error = #expect(throws: TrainingError.self) { try GraphTowerTrainer(graph: graph, settings: wild).train() }
        #expect(error?.code == .diverged)
    }

    /// Nothing stands against the targets of such users; they must not spoil what others learn.
    @Test func usersWhoTookEverythingAreHarmless() throws {
        let graph = InteractionGraph(itemCount: 3, itemsByUser: [[0, 1, 2], [0, 1], [2]])
        let towers = try GraphTowerTrainer(graph: graph, settings: settings()).train()
        #expect((towers.vectors + towers.biases + towers.history).allSatisfy { $0.isFinite })
        let alone = InteractionGraph(itemCount: 1, itemsByUser: [[0]])
        _ = try GraphTowerTrainer(graph: alone, settings: settings()).train()
    }

    @Test func aGraphWithoutEdgesIsRefused() {
        let graph = InteractionGraph(itemCount: 3, itemsByUser: [[], []])
        let error = #expect(throws: TrainingError.self) { try GraphTowerTrainer(graph: graph).train() }
        #expect(error?.code == .noData)
    }

    /// Recall and NDCG of a list whose places are known.
    @Test func rankingIsMeasuredAsThePaperDoes() {
        // Items 0…29; the scorer ranks by item number. User 0 has taken 0 and looks for 1 and 25; user 1 is not asked.
        let split = InteractionSplit(itemCount: 30, train: [[0], [1]], test: [[1, 25], []])
        let quality = FullRanking.measure(ByNumber(), on: split, threads: 2)
        #expect(quality.users == 1)
        #expect(quality.recall == 0.5)
        #expect(abs(quality.ndcg - 1 / (1 + 1 / 1.584962500721156)) < 1e-9)
    }

    private struct ByNumber: ItemScorer {
        @unsafe func score(_ users: [Int], into scores: UnsafeMutablePointer<Float>) {
            for place in 0..<users.count * 30 { unsafe scores[place] = -Float(place % 30) }
        }
    }

    @Test func whatIsHeldOutLeansTowardsThePopular() {
        let split = world(users: 400)
        var degrees = [Float](repeating: 0, count: split.itemCount)
        for item in split.train.joined() { degrees[Int(item)] += 1 }
        func mean(_ lists: [[Int32]]) -> Float {
            let all = Array(lists.joined())
            return all.reduce(0) { $0 + degrees[Int($1)] } / Float(all.count)
        }
        let held = split.holdingOut(share: 0.3, exponent: 2, seed: 1)
        #expect(mean(held.test) > 1.02 * mean(held.train))
        for user in split.train.indices {
            #expect((held.train[user] + held.test[user]).sorted() == split.train[user])
            #expect(!held.train[user].isEmpty)
        }
    }
}
