import Domain
import Models
import Training

/// The product's recall model as a scorer of a split without order: what a user took is their history, all at one moment.
struct TwoTowerScorer: ItemScorer {
    private let catalogue: ServedCatalogue
    private let states: [UserState]

    init(_ catalogue: ServedCatalogue, _ users: [[Int32]]) {
        self.catalogue = catalogue
        states = users.map { items in
            var state = UserState()
            for item in items {
                state.apply(
                    HistoryEntry(item: ItemNumber(item), kind: .click, weight: 1, timestamp: 1),
                    limits: UserState.Limits(history: catalogue.bundle.twoTower.pooling.length))
            }
            return state
        }
    }

    func score(_ users: [Int], into scores: UnsafeMutablePointer<Float>) {
        let model = catalogue.bundle.twoTower
        let (width, items) = (model.dimensions, catalogue.vectors.count)
        var vectors = [Float](repeating: 0, count: users.count * width)
        var span = vectors.mutableSpan
        var scratch = TwoTowerScratch()
        model.encodeUsers(users.map { states[$0] }, items: catalogue.vectors, into: &span, scratch: &scratch)
        for item in 0..<items {
            let row = catalogue.vectors.vector(of: ItemNumber(item))
            let bias = catalogue.vectors.bias(of: ItemNumber(item))
            for user in users.indices {
                var score = bias
                for place in 0..<width { score += vectors[user * width + place] * row[place] }
                scores[user * items + item] = score
            }
        }
    }
}
