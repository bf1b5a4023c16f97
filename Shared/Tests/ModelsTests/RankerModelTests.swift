import Domain
import Models
import Testing

struct RankerModelTests {
    private let bundle = ModelFixtures.bundle()
    private let ranker = ModelFixtures.ranker()

    private func score(
        users: [Float], offsets: [Int], candidates: [ItemNumber], features: [Float], items: ItemVectors
    ) -> [Float] {
        var scores = [Float](repeating: 0, count: candidates.count)
        var span = scores.mutableSpan
        var scratch = RankerScratch()
        ranker.score(
            userVectors: users.span, offsets: offsets.span, candidates: candidates.span, features: features.span,
            items: items, into: &span, scratch: &scratch)
        return scores
    }

    /// The formula of the type's documentation, in double precision.
    private func reference(user: [Float], vector: [Float], features: [Float]) -> Double {
        let (shape, p) = (ranker.shape, ranker.parameters.map { Double($0) })
        func at(_ tensor: ParameterLayout.Tensor, _ row: Int, _ column: Int = 0) -> Double {
            p[tensor.offset + row * tensor.columns + column]
        }
        let dense = (0..<shape.features).map {
            (Double(features[$0]) - at(shape.featureMeans, $0)) * at(shape.featureScales, $0)
        }
        var hidden1: [Double] = []
        for unit in 0..<shape.hidden1 {
            var sum = at(shape.bias1, unit)
            for d in 0..<shape.dimensions {
                sum += at(shape.userLayer, unit, d) * Double(user[d] * ranker.userScale)
                sum += at(shape.itemLayer, unit, d) * Double(vector[d])
            }
            for f in 0..<shape.features { sum += at(shape.denseLayer, unit, f) * dense[f] }
            hidden1.append(max(0, sum))
        }
        var score = 0.0
        for f in 0..<shape.features { score += at(shape.direct, f) * dense[f] }
        for unit in 0..<shape.hidden2 {
            var sum = at(shape.bias2, unit)
            for inner in 0..<shape.hidden1 { sum += at(shape.layer2, unit, inner) * hidden1[inner] }
            score += at(shape.output, unit) * max(0, sum)
        }
        return score
    }

    @Test func theSplitFirstLayerIsTheWholeOne() {
        let items = ModelFixtures.vectors(of: bundle)
        let users = ModelFixtures.uniform(16, seed: 5).map { $0 * 10 }
        let candidates: [ItemNumber] = [0, 1, 2, 2, 0]
        let width = RankingFeature.count
        let features = ModelFixtures.uniform(5 * width, seed: 6).map { $0 * 4 }
        let scores = score(
            users: users, offsets: [0, 3, 5], candidates: candidates, features: features, items: items)
        let expected = candidates.indices.map { row in
            let user = row < 3 ? 0 : 1
            return reference(
                user: Array(users[(user * 8)..<(user * 8 + 8)]), vector: items.vector(of: candidates[row]),
                features: Array(features[(row * width)..<((row + 1) * width)]))
        }
        // Means leave the same constant in all of a user's scores: only differences mean something.
        for (range, first) in [(0..<3, 0), (3..<5, 3)] {
            for row in range {
                #expect(abs(Double(scores[row] - scores[first]) - (expected[row] - expected[first])) < 1e-4)
            }
        }
    }

    @Test func usersWithoutCandidatesAreAllowed() {
        let items = ModelFixtures.vectors(of: bundle)
        let scores = score(
            users: [Float](repeating: 1, count: 24), offsets: [0, 0, 1, 1], candidates: [1],
            features: [Float](repeating: 0, count: RankingFeature.count), items: items)
        #expect(scores.count == 1)
        #expect(scores[0].isFinite)
    }

    @Test func anotherRankersHalvesReplaceTheOld() {
        let items = ModelFixtures.vectors(of: bundle)
        let other = items.withHalves(of: ModelFixtures.ranker(seed: 9))
        let features = [Float](repeating: 0.5, count: RankingFeature.count)
        let user = ModelFixtures.uniform(8, seed: 4)
        let mine = score(users: user, offsets: [0, 1], candidates: [1], features: features, items: items)
        let theirs = score(users: user, offsets: [0, 1], candidates: [1], features: features, items: other)
        let again = score(
            users: user, offsets: [0, 1], candidates: [1], features: features, items: other.withHalves(of: ranker))
        #expect(mine != theirs)
        #expect(mine == again)
    }
}
