import Contracts
import Domain
import Models

/// Vectors of users that nobody is: what an index' recall is measured with before there are real ones.
///
/// An inner product of users and items is not one of items: user vectors lie elsewhere and spread less. A made-up user has
/// met a few items that go together, as real ones have: a first one drawn by popularity, and others near it, drawn from a
/// few candidates by how alike they are.
struct UserQueries {
    private let vectors: ItemVectors
    private let bundle: ModelBundle
    private let catalogue: CatalogueSnapshot
    private let items: [ItemNumber]
    /// Running sums of the items' popularity.
    private let sums: [Double]

    init(_ bundle: ModelBundle, _ vectors: ItemVectors, _ catalogue: CatalogueSnapshot) {
        self.bundle = bundle
        self.vectors = vectors
        self.catalogue = catalogue
        var items: [ItemNumber] = []
        var sums: [Double] = []
        var sum = 0.0
        for item in 0..<ItemNumber(min(catalogue.rows.count, vectors.count)) where catalogue.isAvailable(item) {
            // Nothing is never met.
            sum += Double(max(0, catalogue.statistics.popularity(of: item))) + 0.01
            items.append(item)
            sums.append(sum)
        }
        self.items = items
        self.sums = sums
    }

    /// Candidates that an item of a history is chosen from: the one most like the first item wins.
    private static let candidates = 12
    /// Items of a history at most.
    private static let longest = 16

    /// Vectors of so many users, row by row; none without items. The same for the same seed.
    func make(_ count: Int, seed: UInt64) -> [Float] {
        guard !items.isEmpty else { return [] }
        var random = SplitMix64(seed: seed)
        var users: [UserState] = []
        for _ in 0..<count {
            let first = draw(&random)
            let taste = vectors.vector(of: first)
            var history = [first]
            for _ in 1..<Int.random(in: 2...Self.longest, using: &random) {
                // Some of what people meet has nothing to do with the rest.
                let isAlike = Bool.random(using: &random)
                history.append(isAlike ? draw(near: taste, &random) : draw(&random))
            }
            var user = UserState()
            for (place, item) in history.reversed().enumerated() {
                user.apply(
                    HistoryEntry(item: item, kind: .click, weight: 1, timestamp: Int64(place) * 60_000), limits: .init()
                )
            }
            users.append(user)
        }
        var output = [Float](repeating: 0, count: count * bundle.twoTower.dimensions)
        var span = output.mutableSpan
        var scratch = TwoTowerScratch()
        bundle.twoTower.encodeUsers(users, items: vectors, into: &span, scratch: &scratch)
        return output
    }

    /// An item by popularity. O(log items).
    private func draw(_ random: inout SplitMix64) -> ItemNumber {
        let place = Double.random(in: 0..<(sums.last ?? 1), using: &random)
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > place { high = middle } else { low = middle + 1 }
        }
        return items[low]
    }

    /// Of some items by popularity the one that points most to where a vector does.
    private func draw(near taste: [Float], _ random: inout SplitMix64) -> ItemNumber {
        var best = draw(&random)
        var highest = -Float.infinity
        for _ in 0..<Self.candidates {
            let item = draw(&random)
            let vector = vectors.vector(of: item)
            var score: Float = 0
            for place in taste.indices { score += vector[place] * taste[place] }
            if score > highest { (best, highest) = (item, score) }
        }
        return best
    }
}
