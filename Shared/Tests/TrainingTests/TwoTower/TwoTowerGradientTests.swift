import Domain
import Models
import Testing

@testable import Training

/// Gradients against central differences of the loss.
struct TwoTowerGradientTests {
    private func network(_ settings: TwoTowerSettings) -> (TwoTowerNetwork, TwoTowerBatch) {
        var corpus = PlantedWorld.corpus(groups: 3, size: 5, users: 12, length: 4)
        for item in corpus.items.indices { corpus.items[item].categories.append("parity\(item % 2)") }
        let data = TrainingData(
            items: corpus.items, userAttributes: corpus.users.indices.map { ["age=\($0 % 3)", "sex=\($0 % 2)"] },
            train: corpus.interactions, validation: [])
        let sequences = UserSequences(data.train, users: data.userCount)
        let tables = TwoTowerTables(data, sequences: sequences, settings: settings)
        let shape = TwoTowerShape(
            dimensions: settings.dimensions, itemHidden: settings.hidden, userHidden: settings.hidden,
            items: tables.items.count, itemTokens: tables.itemTokens.count, userTokens: tables.userTokens.count)
        let network = TwoTowerNetwork(shape: shape, tables: tables, settings: settings)
        // Second layers start at zero, where the first ones have no gradient: a test needs them elsewhere.
        var random = RandomSource(seed: 9)
        var parameters = network.parameters.array
        for place in shape.itemLayer1.offset..<shape.layout.count { parameters[place] += 0.3 * random.normal() }
        network.parameters.assign(parameters)
        var sampler = TwoTowerSampler(sequences: sequences, tables: tables, settings: settings)
        sampler.beginEpoch()
        var batch = TwoTowerBatch()
        sampler.fill(&batch, step: 0)
        return (network, batch)
    }

    private func loss(_ network: TwoTowerNetwork, _ batch: TwoTowerBatch, _ parameters: [Float]) -> Double {
        network.parameters.assign(parameters)
        return network.accumulateGradients(of: batch)
    }

    @Test(arguments: [4096, 6])
    func equalDifferencesOfTheLoss(negatives: Int) {
        var settings = PlantedWorld.settings()
        settings.dimensions = 5
        settings.hidden = 6
        settings.temperature = 0.7
        settings.negatives = negatives
        settings.batch = 10
        settings.idDropout = 0.3
        settings.historyDropout = 0.2
        let (network, batch) = network(settings)
        #expect(batch.count == 10)
        let parameters = network.parameters.array
        network.gradients.clear()
        _ = loss(network, batch, parameters)
        let gradients = network.gradients.array
        var checked = 0
        for tensor in network.shape.layout.tensors {
            let step: Float = 1e-3
            for place in tensor.range where place % 3 == 0 || tensor.count < 12 {
                var changed = parameters
                changed[place] = parameters[place] + step
                let up = loss(network, batch, changed)
                changed[place] = parameters[place] - step
                let down = loss(network, batch, changed)
                let expected = (up - down) / Double(2 * step)
                let tolerance = 3e-3 + 0.03 * abs(expected)
                #expect(
                    abs(Double(gradients[place]) - expected) < tolerance,
                    "\(tensor.name)[\(place - tensor.offset)]: \(gradients[place]) is not \(expected)")
                checked += 1
            }
            #expect(gradients[tensor.range].contains { abs($0) > 1e-5 }, "\(tensor.name) has no gradient")
        }
        #expect(checked > 100)
    }

    @Test func areTheSameForTheSameThreads() {
        var settings = PlantedWorld.settings()
        settings.threads = 3
        let (network, batch) = network(settings)
        let parameters = network.parameters.array
        network.gradients.clear()
        let first = loss(network, batch, parameters)
        let gradients = network.gradients.array
        network.gradients.clear()
        #expect(loss(network, batch, parameters) == first)
        #expect(network.gradients.array == gradients)
    }

    /// Training computes scores by its own passes: they are those of the model that it makes.
    @Test func trainingScoresAreTheModelsScores() {
        var settings = PlantedWorld.settings()
        settings.idDropout = 0
        settings.historyDropout = 0
        let corpus = PlantedWorld.corpus()
        let data = TrainingData(
            items: corpus.items, userAttributes: corpus.userAttributes, train: corpus.interactions, validation: [])
        let sequences = UserSequences(data.train, users: data.userCount)
        let tables = TwoTowerTables(data, sequences: sequences, settings: settings)
        let shape = TwoTowerShape(
            dimensions: 8, itemHidden: 8, userHidden: 8, items: tables.items.count,
            itemTokens: tables.itemTokens.count, userTokens: tables.userTokens.count)
        let network = TwoTowerNetwork(shape: shape, tables: tables, settings: settings)
        var sampler = TwoTowerSampler(sequences: sequences, tables: tables, settings: settings)
        let model = TwoTowerModel(
            shape: shape, temperature: settings.temperature, pooling: settings.pooling, items: tables.items,
            itemTokens: tables.itemTokens, userTokens: tables.userTokens, parameters: network.parameters.array)
        let catalogue = ServedCatalogue(
            bundle: ModelBundle(
                version: "", twoTower: model, ranker: nil,
                description: BundleManifest.Description(created: "", trainingData: "", split: "")),
            items: data.items)
        settings.batch = sequences.samples.count
        sampler = TwoTowerSampler(sequences: sequences, tables: tables, settings: settings)
        sampler.beginEpoch()
        var batch = TwoTowerBatch()
        sampler.fill(&batch, step: 0)
        let loss = network.accumulateGradients(of: batch)

        var expected = 0.0
        for user in 0..<data.userCount {
            var state = UserState()
            let own = Set(data.train.filter { $0.user == user }.map(\.entry.item))
            for interaction in data.train where interaction.user == user {
                var vector = [Float](repeating: 0, count: 8)
                var span = vector.mutableSpan
                var scratch = TwoTowerScratch()
                model.encodeUsers([state], items: catalogue.vectors, into: &span, scratch: &scratch)
                let scores = data.items.indices.map { item in
                    zip(vector, catalogue.vectors.vector(of: ItemNumber(item))).reduce(
                        catalogue.vectors.bias(of: ItemNumber(item))
                    ) { $0 + $1.0 * $1.1 }
                }
                let target = interaction.entry.item
                let rivals = data.items.indices.filter { $0 == Int(target) || !own.contains(ItemNumber($0)) }
                let total = rivals.reduce(0.0) { $0 + exponential(Double(scores[$1] - scores[Int(target)])) }
                expected += naturalLogarithm(total)
                state.apply(interaction.entry, limits: UserState.Limits())
            }
        }
        #expect(abs(loss - expected / Double(batch.count)) < 1e-3 * loss)
    }
}
