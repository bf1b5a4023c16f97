import Contracts
import Deadline
import Domain
import ModelHost
import Models
import Recall
import Synchronization
import TestSupport

/// A catalogue that is large enough for lists: items of 60 brands, which are near each other, in 4 categories, and a model
/// whose parameters come from a seed.
final class LargeWorld: ItemCatalogue {
    static let items = 4_320
    static let brands = 60
    static let dimensions = 16

    private let current: Mutex<CatalogueSnapshot>

    init(items count: Int = LargeWorld.items) {
        current = Mutex(Self.snapshot((0..<count).map { Self.row(ItemNumber($0)) }, version: 1))
    }

    func snapshot() -> CatalogueSnapshot { current.withLock { $0 } }

    func number(of id: String) -> ItemNumber? { ItemNumber(id.dropFirst()) }

    /// Replaces or adds rows, and tells a host, as the catalogue of a process does.
    func change(_ rows: [ItemRow], telling hosts: ModelHost...) {
        let next = current.withLock { current in
            var all = (0..<current.rows.count).map { current.rows[$0] }
            for row in rows {
                if Int(row.number) < all.count { all[Int(row.number)] = row } else { all.append(row) }
            }
            current = Self.snapshot(all, version: current.version + 1)
            return current
        }
        for host in hosts { host.follow(next, changed: rows.map(\.number)) }
    }

    static func row(
        _ number: ItemNumber, brand: Int? = nil, availability: ItemRow.Availability = .available
    ) -> ItemRow {
        let category = number % 4
        let item = Item(
            id: "i\(number)", title: "t", categories: ["c\(category)"],
            attributes: ["brand": .text("b\(brand ?? Int(number) % brands)")], createdAt: Int64(number))
        return ItemRow(
            number: number, item: item, categories: [CategoryCode(category)], availability: availability,
            answerFragment: [])
    }

    private static func snapshot(_ all: [ItemRow], version: UInt64) -> CatalogueSnapshot {
        var rows = ChunkedArray<ItemRow>()
        var facts = ChunkedArray<ItemFacts>()
        var statistics = ItemStatistics()
        for row in all {
            rows.append(row)
            facts.append(ItemFacts(row.item))
            statistics.apply(
                HistoryEntry(
                    item: row.number, kind: .click, weight: Float(row.number % 11), timestamp: 1_764_000_000_000))
        }
        return CatalogueSnapshot(
            version: version, rows: rows, statistics: statistics, facts: facts,
            categoryCodes: ["c0": 0, "c1": 1, "c2": 2, "c3": 3], popular: [], latest: [])
    }

    /// Items point where their brand does, and somewhere of their own; users where their items do.
    static func bundle(_ version: String = "v1", seed: UInt64 = 7) -> ModelBundle {
        var random = SeededGenerator(seed: seed)
        let tokens = (0..<brands).map { "brand=b\($0)" } + (0..<4).map { "category=c\($0)" }
        let shape = TwoTowerShape(
            dimensions: dimensions, itemHidden: 4, userHidden: 4, items: items, itemTokens: tokens.count,
            userTokens: 1)
        var parameters = [Float](repeating: 0, count: shape.layout.count)
        func fill(_ tensor: ParameterLayout.Tensor, _ range: ClosedRange<Float>) {
            for place in 0..<tensor.count { parameters[tensor.offset + place] = .random(in: range, using: &random) }
        }
        fill(shape.tokenEmbeddings, -2...2)
        fill(shape.itemEmbeddings, -0.4...0.4)
        fill(shape.itemBiases, -0.2...0.2)
        fill(shape.userGates, 0.5...1)
        let twoTower = TwoTowerModel(
            shape: shape, temperature: 0.1, pooling: HistoryPooling(), items: Vocabulary((0..<items).map { "i\($0)" }),
            itemTokens: Vocabulary(tokens), userTokens: Vocabulary(["country=de"]), parameters: parameters)
        return ModelBundle(
            version: version, twoTower: twoTower, ranker: nil,
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
    }

    /// Users whose histories are items of two brands.
    static func queries(
        _ count: Int, seed: UInt64, limit: Int = 100, category: String? = nil, excluded: [ItemNumber] = []
    ) -> [RecallQuery] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            let liked = (0..<2).map { _ in Int.random(in: 0..<brands, using: &random) }
            var user = UserState()
            for moment in 0..<Int.random(in: 1...12, using: &random) {
                let item = liked[moment % 2] + brands * Int.random(in: 0..<items / brands, using: &random)
                user.apply(
                    HistoryEntry(
                        item: ItemNumber(item), kind: .click, weight: 1, timestamp: Int64(moment) * 1_000_000),
                    limits: .init())
            }
            return RecallQuery(user: user, limit: limit, category: category, excluded: excluded)
        }
    }

    /// What recall finds, for each query.
    func found(
        _ host: ModelHost, _ queries: [RecallQuery], by deadline: Deadline = .never
    ) async throws -> [[ItemNumber]] {
        let batch = try await LocalRecall(host: host, catalogue: self).candidates(for: queries, by: deadline)
        return (0..<batch.count).map { Array(batch.items[batch.range(of: $0)]) }
    }

    /// The twenty items most like one.
    func similar(_ host: ModelHost, _ item: ItemNumber) async throws -> [ItemNumber] {
        try await LocalRecall(host: host, catalogue: self).similar(to: [item], limit: 20, by: .never).items
    }
}
