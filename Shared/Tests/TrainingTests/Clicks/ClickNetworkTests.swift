import Testing

@testable import Training

@Suite struct ClickNetworkTests {
    private static func shape(_ schema: ClickSchema, hidden: [Int], hasHistory: Bool) -> ClickNetworkShape {
        ClickNetworkShape(
            schema: schema, factors: 4, hidden: hidden, sideBlocks: hasHistory ? 5 : 1, hasHistory: hasHistory)
    }

    private static func network(
        _ shape: ClickNetworkShape, _ history: ClickHistory
    ) -> ClickNetwork {
        let network = ClickNetwork(shape: shape, history: history, batch: 64)
        network.initialise(positives: 0.4, initialLength: 1, seed: 3)
        var random = RandomSource(seed: 8)
        for place in shape.linear { unsafe network.parameters.base[place] = random.normal() }
        for layer in shape.layers {
            for place in layer.biases { unsafe network.parameters.base[place] = 0.3 * random.normal() }
        }
        for place in shape.output { unsafe network.parameters.base[place] = random.normal() }
        return network
    }

    /// The formula in double precision, pair by pair, without the deep part.
    @Test func logitIsTheSumOfAllPairs() throws {
        let (schema, rows, history) = try PlantedClicks.prepared()
        let shape = Self.shape(schema, hidden: [], hasHistory: true)
        let network = Self.network(shape, history)
        let parameters = network.parameters.array
        func vector(_ range: Range<Int>, _ row: Int) -> [Double] {
            (0..<4).map { Double(parameters[range.lowerBound + row * 4 + $0]) }
        }
        for own in [true, false] {
            let logits = network.logits(of: rows, own: own)
            for row in stride(from: 0, to: rows.count, by: 50) {
                var vectors: [[Double]] = []
                var expected = Double(parameters[shape.offset])
                for place in rows.places(of: row) {
                    expected += Double(parameters[shape.linear.lowerBound + Int(rows.features[place])])
                    vectors.append(vector(shape.vectors, Int(rows.features[place])))
                }
                var past = [Double](repeating: 0, count: 4)
                let user = Int(rows.users[row])
                for entry in history.entries(of: user) where !own || entry != Int(history.entries[row]) {
                    let item = Int(history.items[entry])
                    for factor in 0..<4 {
                        past[factor] += Double(history.tastes[entry]) * vector(shape.tastes, item)[factor]
                        past[factor] += Double(history.presences[user]) * vector(shape.presences, item)[factor]
                    }
                }
                vectors.append(past)
                for a in vectors.indices {
                    for b in 0..<a { expected += zip(vectors[a], vectors[b]).reduce(0) { $0 + $1.0 * $1.1 } }
                }
                #expect(abs(Double(logits[row]) - expected) < 1e-3, "row \(row)")
            }
        }
    }

    /// Against differences of the loss, with and without history and deep part.
    @Test(arguments: [true, false], [[6, 5], []]) func gradientsAreThoseOfTheLoss(
        hasHistory: Bool, hidden: [Int]
    ) throws {
        let (schema, rows, history) = try PlantedClicks.prepared()
        let shape = Self.shape(schema, hidden: hidden, hasHistory: hasHistory)
        let network = Self.network(shape, history)
        let chosen = Array(stride(from: 0, to: rows.count, by: rows.count / 40)).prefix(40)
        func loss() -> Double {
            // The same drop-out each time.
            var random = RandomSource(seed: 5)
            network.gradients.clear()
            _ = network.logits(of: rows, own: true)
            return network.accumulateGradients(
                of: chosen, in: rows, own: true, dropout: hidden.isEmpty ? 0 : 0.3, random: &random
            ) { row, logit in
                let (value, slope) = softplus(logit)
                return (value - rows.labels[row] * logit, slope - rows.labels[row])
            }
        }
        _ = loss()
        let gradients = network.gradients.array
        var large = 0
        for place in stride(from: 0, to: shape.count, by: 5).map(\.self) + [shape.offset] {
            let (value, step) = unsafe (network.parameters.base[place], Float(2e-3))
            unsafe network.parameters.base[place] = value + step
            let above = loss()
            unsafe network.parameters.base[place] = value - step
            let below = loss()
            unsafe network.parameters.base[place] = value
            let difference = Float(above - below) / (2 * step)
            if abs(difference) > 1e-3 { large += 1 }
            #expect(abs(difference - gradients[place]) < 1e-3 + 0.03 * abs(gradients[place]), "at \(place)")
        }
        #expect(large > 30)
    }

    /// What a server computes is what was trained.
    @Test(arguments: [true, false]) func servingGivesTheSameLogits(hasHistory: Bool) throws {
        let (schema, rows, history) = try PlantedClicks.prepared()
        let shape = Self.shape(schema, hidden: [6, 5], hasHistory: hasHistory)
        let networks = [Self.network(shape, history), Self.network(shape, history)]
        for place in shape.vectors { unsafe networks[1].parameters.base[place] *= 0.5 }
        var items = ClickItems(schema: schema)
        let numbers = items.number(rows)
        #expect(items.count == PlantedClicks.items)
        let scorer = FloatClickScorer(
            shape: shape, schema: schema, members: networks.map(\.parameters.array), history: history, items: items)
        let expected = networks.map { $0.logits(of: rows) }
        let found = scorer.logits(of: rows, items: numbers)
        for row in 0..<rows.count {
            let mean = (expected[0][row] + expected[1][row]) / 2
            #expect(abs(found[row] - mean) < 1e-4 + 1e-4 * abs(mean))
        }
        // Many items at once are the same as each by itself.
        var together = [Float](repeating: 0, count: 300)
        scorer.score(request: 3, of: rows, items: (0..<300).map { UInt32($0 % items.count) }, into: &together)
        var alone: [Float] = [0]
        for place in stride(from: 0, to: 300, by: 37) {
            scorer.score(request: 3, of: rows, items: [UInt32(place % items.count)], into: &alone)
            #expect(abs(together[place] - alone[0]) < 1e-4)
        }
    }

    /// Neurons that do nothing go first, and their going changes nothing.
    @Test func pruningKeepsWhatMatters() throws {
        let (schema, rows, history) = try PlantedClicks.prepared()
        let shape = Self.shape(schema, hidden: [6, 5], hasHistory: false)
        let network = Self.network(shape, history)
        // Neurons 1 and 4 of the first layer reach nothing, neuron 2 of the second is not asked.
        for output in 0..<5 {
            for dead in [1, 4] {
                unsafe network.parameters.base[shape.layers[1].weights.lowerBound + output * 6 + dead] = 0
            }
        }
        unsafe network.parameters.base[shape.output.lowerBound + 2] = 0
        var importances: [[Float]] = [.init(repeating: 0, count: 6), .init(repeating: 0, count: 5)]
        var random = RandomSource(seed: 1)
        _ = network.accumulateGradients(of: Array(0..<64)[...], in: rows, own: false, dropout: 0, random: &random) {
            _, logit in softplus(logit)
        }
        network.addImportances(rows: 64, to: &importances)
        #expect(importances[0][1] == 0 && importances[0][4] == 0 && importances[1][2] == 0)
        let (smaller, parameters) = NeuronPruning(schema: schema, importances: importances)
            .prune(shape, network.parameters.array, to: [4, 4])
        #expect(smaller.layers.map(\.outputs) == [4, 4])
        let pruned = ClickNetwork(shape: smaller, history: history, batch: 64)
        pruned.parameters.assign(parameters)
        for (a, b) in zip(network.logits(of: rows), pruned.logits(of: rows)) { #expect(abs(a - b) < 1e-4) }
    }

    @Test func madeUpRowsAreNew() throws {
        let (schema, rows, _) = try PlantedClicks.prepared()
        var random = RandomSource(seed: 2)
        let pairs = ClickRows(
            pairing: rows, schema: schema, count: 1000, newUsers: 0.1, newItems: 0.2, random: &random)
        let known = Set((0..<rows.count).map { [rows.users[$0], rows.items[$0]] })
        let seen = (0..<pairs.count).count { known.contains([pairs.users[$0], pairs.items[$0]]) }
        #expect(pairs.count == 1000 && seen < 20)
        #expect((50...150).contains(pairs.users.count { $0 < 0 }))
        #expect((140...260).contains(pairs.items.count { $0 < 0 }))
        for row in 0..<pairs.count where pairs.users[row] >= 0 && pairs.items[row] >= 0 {
            // User, item, and the item's own genre.
            let features = pairs.places(of: row).map { Int(pairs.features[$0]) }
            let (user, item) = (Int(pairs.users[row]), Int(pairs.items[row]))
            #expect(features == [user, 60 + item, 110 + item % 4])
        }
    }
}
