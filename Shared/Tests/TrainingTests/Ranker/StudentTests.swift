import Domain
import Models
import Testing

@testable import Training

/// What becomes of a student on its way to int8.
struct StudentTests {
    private let catalogue: ServedCatalogue
    private let lists: CandidateLists
    private let moments: FeatureMoments
    private let network: StudentNetwork
    private static let users = 20
    private static let length = 40

    init() {
        let items = (0..<60).map { Item(id: "i\($0)") }
        catalogue = ServedCatalogue(bundle: TestBundle.random(items: items, withRanker: false), items: items)
        var random = RandomSource(seed: 11)
        let width = RankingFeature.count
        let rows = Self.users * Self.length
        lists = CandidateLists(
            dimensions: 16, users: (0..<Self.users * 16).map { _ in 10 * random.normal() },
            offsets: (0...Self.users).map { $0 * Self.length },
            items: (0..<rows).map { ItemNumber($0 * 7 % 60) }, scores: (0..<rows).map { _ in random.normal() },
            features: (0..<rows * width).map { 3 * random.normal() + Float($0 % width) })
        moments = FeatureMoments(
            means: (0..<width).map { Float($0) }, scales: [Float](repeating: 1 / 3, count: width))
        network = StudentNetwork(shape: StudentShape(dimensions: 16, features: width, hidden: [24, 12]), l2: 0)
        network.initialise(
            moments: moments, linear: [1] + [Float](repeating: 0, count: RankingFeature.count - 1), seed: 2)
        for tensor in [network.shape.output.weights, network.shape.bias1, network.shape.bias2] {
            network.parameters.fill(tensor, spread: 0.5, &random)
        }
    }

    private var vectors: FloatBuffer {
        var values = [Float](repeating: 0, count: catalogue.vectors.count * 16)
        var span = values.mutableSpan
        catalogue.vectors.copyVectors(into: &span)
        let buffer = FloatBuffer(count: values.count)
        buffer.assign(values)
        return buffer
    }

    private func batch(lists count: Int) -> RankerBatch {
        RankerBatch(
            rows: count * Self.length, lists: count, dimensions: 16, heads: 1, moments: moments, vectors: vectors)
    }

    private func scores(_ network: StudentNetwork) -> [Float] {
        let (batch, work) = (batch(lists: 1), network.makeWorkspace(rows: Self.length, lists: 1))
        return (0..<Self.users).flatMap { user in
            batch.gather(user, from: lists, scale: 0.1)
            network.forward(batch, work)
            return (0..<Self.length).map { unsafe batch.outputs.base[$0] }
        }
    }

    private func ranges(_ network: StudentNetwork) -> StudentRanges {
        var all = RankerLists(length: Self.length, dimensions: 16, features: RankingFeature.count)
        for user in 0..<Self.users {
            let range = lists.range(of: user)
            all.append(
                user: lists.users[(user * 16)..<((user + 1) * 16)].map { $0 * 0.1 }[...],
                items: lists.items[range].map { Int32($0) },
                rows: Array(
                    lists.features[
                        (range.lowerBound * RankingFeature.count)..<(range.upperBound * RankingFeature.count)]),
                offsets: range.map { _ in 0 }, worth: 1)
        }
        let (batch, work) = (
            batch(lists: Self.users), network.makeWorkspace(rows: Self.users * Self.length, lists: Self.users)
        )
        batch.gather(Array(0..<Self.users)[...], from: all)
        return StudentRanges(of: network, on: batch, work)
    }

    /// Of each list, without what is the same for all of its candidates.
    private func centred(_ scores: [Float]) -> [Float] {
        (0..<Self.users).flatMap { user in
            let own = scores[lists.range(of: user)]
            let mean = own.reduce(0, +) / Float(own.count)
            return own.map { $0 - mean }
        }
    }

    private func spread(_ scores: [Float]) -> Float {
        (scores.reduce(0) { $0 + $1 * $1 } / Float(scores.count)).squareRoot()
    }

    @Test func int8SaysWhatTheFloatsSay() {
        let float = centred(scores(network))
        let ranker = network.quantised(ranges(network), moments: moments, userScale: 0.1)
        let int8 = centred(QuantisedScorer(ranker, vectors: catalogue.vectors).scores(of: lists))
        #expect(spread(zip(float, int8).map { $0 - $1 }) < 0.03 * spread(float))
    }

    /// What training with rounding computes is what is served, up to the bytes of the items' halves.
    @Test func roundingIsWhatServingDoes() {
        let ranges = ranges(network)
        let served = network.quantised(ranges, moments: moments, userScale: 0.1)
        let rounded = StudentNetwork(shape: network.shape, l2: 0)
        rounded.rounding = ranges
        rounded.takeRounded(network.parameters, ranges)
        let trained = centred(scores(rounded))
        let int8 = centred(QuantisedScorer(served, vectors: catalogue.vectors).scores(of: lists))
        let float = centred(scores(network))
        let distance = spread(zip(trained, int8).map { $0 - $1 })
        #expect(distance < 0.02 * spread(float))
        #expect(distance < spread(zip(float, int8).map { $0 - $1 }))
    }

    /// Taking out neurons that nothing depends on changes nothing.
    @Test func pruningKeepsWhatCounts() {
        let shape = network.shape
        let parameters = network.parameters
        for place in 0..<shape.hidden[1] {
            for unit in [3, 17] { unsafe parameters.base[shape.layer2.weights.offset + place * 24 + unit] = 0 }
        }
        unsafe parameters.base[shape.output.weights.offset + 5] = 0
        let kept = [(0..<24).filter { $0 != 3 && $0 != 17 }, (0..<12).filter { $0 != 5 }]
        let smaller = network.keeping(kept)
        #expect(smaller.shape.hidden == [22, 11])
        for (a, b) in zip(scores(network), scores(smaller)) { #expect(abs(a - b) < 1e-4) }
        #expect(NeuronSelection.kept([[0.1, 5, 0.2, 4], [1, 2]], widths: [2, 1]) == [[1, 3], [1]])
    }

    @Test func theFloatScorerAgreesWithTheNetwork() {
        let fit = RankerFit(
            RankerLists(length: 2, dimensions: 16, features: RankingFeature.count), moments: moments,
            validator: RankerValidator(
                AnswerableLists(of: lists, targets: (0..<Self.users).map { lists.range(of: $0).lowerBound })),
            catalogue: catalogue, settings: RankerSettings())
        let scorer = StudentScorer(network, name: "student", fit: fit, most: Self.length)
        let expected = fit.scores(of: network)
        #expect(expected.count == lists.items.count)
        for (a, b) in zip(scorer.scores(of: lists), expected) { #expect(abs(a - b) < 1e-3) }
        // The int8 ranker is mixed with a linear model and the recall score, which is its first feature.
        let ranker = network.quantised(ranges(network), moments: moments, userScale: 0.1)
        let alone = QuantisedScorer(ranker, vectors: catalogue.vectors).scores(of: lists)
        let linear = (0..<RankingFeature.count).map { Float($0 % 3) - 1 }
        let blend = RankerBlend(ranker: ranker, linear: linear, vectors: catalogue.vectors)
        let half = QuantisedScorer(
            blend.blended(ServingChoice(ranker: 0.5, linear: 0.25, company: 2, popularity: -1)),
            vectors: catalogue.vectors
        ).scores(of: lists)
        for (place, score) in half.enumerated() {
            let row = lists.features[(place * RankingFeature.count)..<((place + 1) * RankingFeature.count)]
            let straight = zip(row, linear).reduce(0) { $0 + $1.0 * $1.1 }
            let recall = row[row.startIndex]
            let company = row[row.startIndex + RankingFeature.companyLong.rawValue]
            let popularity = row[row.startIndex + RankingFeature.recentPopularity.rawValue]
            #expect(abs(score - 0.5 * alone[place] - 0.25 * (straight + recall + 2 * company - popularity)) < 1e-2)
        }
    }
}
