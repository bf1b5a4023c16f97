import Contracts
import Domain
import EventLog
import ModelHost
import Models
import RandomMessages
import Ranking
import Recall
import Rerank
import Synchronization

/// A catalogue that does not change, and models whose parameters come from a seed.
struct SmallWorld: ItemCatalogue {
    static let items = 300
    let host = ModelHost()
    private let catalogue: CatalogueSnapshot

    /// - Parameter isOrderless: whether all of a user's items count, in no order.
    init(items count: Int = SmallWorld.items, version: String = "v1", isOrderless: Bool = false) {
        var rows = ChunkedArray<ItemRow>()
        var facts = ChunkedArray<ItemFacts>()
        var statistics = ItemStatistics()
        for number in 0..<ItemNumber(count) {
            let category = number % 3
            let item = Item(id: "i\(number)", title: "t", categories: ["c\(category)"], createdAt: Int64(number))
            rows.append(
                ItemRow(
                    number: number, item: item, categories: [CategoryCode(category)], availability: .available,
                    answerFragment: []))
            facts.append(ItemFacts(item))
            statistics.apply(
                HistoryEntry(item: number, kind: .click, weight: Float(number % 7), timestamp: 1_764_000_000_000))
        }
        let numbers = Array(0..<ItemNumber(count))
        catalogue = CatalogueSnapshot(
            version: 1, rows: rows, statistics: statistics, facts: facts,
            categoryCodes: ["c0": 0, "c1": 1, "c2": 2], popular: numbers, latest: numbers.reversed())
        host.activate(Self.bundle(version, isOrderless)) { catalogue }
    }

    func snapshot() -> CatalogueSnapshot { catalogue }

    func number(of id: String) -> ItemNumber? { ItemNumber(id.dropFirst()) }

    var recall: any RecallService { LocalRecall(host: host, catalogue: self) }
    var ranking: any RankingService { LocalRanking(host: host, catalogue: self) }
    var rerank: any RerankService { LocalRerank(host: host) }

    private static func bundle(_ version: String, _ isOrderless: Bool) -> ModelBundle {
        var random = FixedRandom(seed: 99)
        let shape = TwoTowerShape(
            dimensions: 16, itemHidden: 8, userHidden: 8, items: items, itemTokens: 3, userTokens: 2)
        let twoTower = TwoTowerModel(
            shape: shape, temperature: 0.1,
            pooling: isOrderless ? HistoryPooling(reach: .taken, length: UserState.takenLimit) : HistoryPooling(),
            items: Vocabulary((0..<items).map { "i\($0)" }),
            itemTokens: Vocabulary(["category=c0", "category=c1", "category=c2"]),
            userTokens: Vocabulary(["country=de", "country=fr"]),
            parameters: (0..<shape.layout.count).map { _ in random.float(-0.5...0.5) })
        let features = RankingFeature.specification
        let ranker = RankerShape(dimensions: 16, features: features.count, hidden1: 8, hidden2: 4)
        return ModelBundle(
            version: version, twoTower: twoTower,
            ranker: .float(
                RankerModel(
                    shape: ranker, features: features, userScale: 0.1,
                    parameters: (0..<ranker.layout.count).map { _ in random.float(-0.5...0.5) })),
            links: ItemLinks(
                (0..<items).map { item in
                    (1...9).map { step in
                        ItemLinks.Link(
                            target: Int32((item * 31 + step * 17) % items),
                            weights: [random.float(0...1), random.float(0.1...1), random.float(0...1), 0])
                    }
                }, roots: isOrderless ? .all : .latest), diversity: 0.35,
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
    }
}

extension FixedRandom {
    /// A query of a user whose history is of the small world, with an item here and there that nobody knows.
    mutating func query(_ world: SmallWorld, history: Int = 64) -> RecallQuery {
        var state = UserState(attributes: flag() ? ["country=de"] : [])
        for moment in 0..<number(0...70) {
            state.apply(
                HistoryEntry(
                    item: ItemNumber(number(0...SmallWorld.items + 5)), kind: .click, weight: float(-1...4),
                    timestamp: Int64(moment) * 1_000_000), limits: UserState.Limits(history: history))
        }
        return RecallQuery(
            user: state, limit: number(1...60), category: flag() ? "c\(number(0...3))" : nil,
            excluded: list(0...5) { ItemNumber($0.number(0...400)) })
    }
}
