public import Domain
import Models
import VectorIndex

/// Recall alone, as it is served: the user tower on the user's state, then the index without the user's seen items.
public struct TwoTowerRecommender: Recommender {
    public let name = "two-tower"
    private let catalogue: ServedCatalogue

    /// Recall over a catalogue.
    public init(_ catalogue: ServedCatalogue) {
        self.catalogue = catalogue
    }

    public func recommend(for cases: [EvaluationCase], count: Int) -> [[ItemNumber]] {
        let (_, results) = candidates(for: cases, count: count)
        return cases.indices.map { Array(results.items[results.range(of: $0)]) }
    }

    /// User vectors, cases × dimensions, and the best `count` items of each.
    func candidates(for cases: [EvaluationCase], count: Int) -> (users: [Float], results: SearchResults) {
        let model = catalogue.bundle.twoTower
        var users = [Float](repeating: 0, count: cases.count * model.dimensions)
        var scratch = TwoTowerScratch()
        var span = users.mutableSpan
        model.encodeUsers(cases.map(\.state), items: catalogue.vectors, into: &span, scratch: &scratch)
        var results = SearchResults()
        catalogue.index.search(
            queries: users.span, count: cases.count, k: count, excluding: cases.map(\.state.seen),
            scratch: SearchScratch(), results: &results)
        return (users, results)
    }
}
