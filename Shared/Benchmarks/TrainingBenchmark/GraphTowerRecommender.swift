import Domain
import Training

/// Graph towers as a recommender of the product's evaluation: a user is what they have liked so far.
struct GraphTowerRecommender: Recommender {
    /// Which of the liked items count, and how much.
    enum Pooling: String, CaseIterable {
        case all, recent, half
    }

    private let towers: GraphTowers
    private let isHidden: [Bool]
    private let pooling: Pooling

    init(_ towers: GraphTowers, isHidden: [Bool], _ pooling: Pooling) {
        self.towers = towers
        self.isHidden = isHidden
        self.pooling = pooling
    }

    var name: String { "graph, \(pooling.rawValue)" }

    func recommend(for cases: [EvaluationCase], count: Int) -> [[ItemNumber]] {
        cases.map { question in
            let user = vector(of: question.liked)
            let seen = Set(question.state.seen)
            var scores: [(Float, ItemNumber)] = []
            for item in 0..<towers.itemCount where !isHidden[item] && !seen.contains(ItemNumber(item)) {
                var score = towers.biases[item]
                let start = item * towers.dimensions
                for place in 0..<towers.dimensions { score += user[place] * towers.vectors[start + place] }
                scores.append((score, ItemNumber(item)))
            }
            return scores.max(count: count).map(\.1)
        }
    }

    private func vector(of liked: [ItemNumber]) -> [Float] {
        let items = liked.map { Int32($0) }
        switch pooling {
        case .all: return towers.userVector(of: items)
        case .recent: return towers.userVector(of: items.suffix(10))
        case .half:
            return towers.userVector(
                of: items.enumerated().map { place, item in (item, 0.1 + decay(items.count - 1 - place)) })
        }
    }

    private func decay(_ age: Int) -> Float {
        var factor: Float = 1
        for _ in 0..<min(age, 100) { factor *= 0.8 }
        return factor
    }
}

extension Array where Element == (Float, ItemNumber) {
    /// The largest, in descending order.
    func max(count: Int) -> [Element] {
        Array(sorted { ($0.0, $1.1) > ($1.0, $0.1) }.prefix(count))
    }
}
