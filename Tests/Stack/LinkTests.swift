import Configuration
import Contracts
import Domain
import ModelRegistry
import Models
import Stack
import Testing

/// Item-to-item links from the bundle to the order of an answer.
@Suite struct LinkTests {
    /// What every item leads to, the strongest first; there is no `tea99` in the catalogue.
    private static let targets = ["tea99", "bike5", "bike6", "bike7", "bike8", "tea20"]

    /// Vectors that nobody trained, and a ranker that goes by links alone.
    private static func bundle(_ version: String) -> ModelBundle {
        let items = PlantedWorld.items.map(\.id) + ["tea99"]
        let shape = TwoTowerShape(
            dimensions: 8, itemHidden: 8, userHidden: 8, items: items.count, itemTokens: 0, userTokens: 0)
        let twoTower = TwoTowerModel(
            shape: shape, temperature: 0.1, pooling: HistoryPooling(), items: Vocabulary(items),
            itemTokens: Vocabulary([]), userTokens: Vocabulary([]),
            parameters: (0..<shape.layout.count).map { Float(($0 * 7919) % 101) / 101 - 0.5 })
        let features = RankingFeature.specification
        let ranker = RankerShape(dimensions: 8, features: features.count, hidden1: 1, hidden2: 1)
        var parameters = [Float](repeating: 0, count: ranker.layout.count)
        for place in ranker.featureScales.range { parameters[place] = 1 }
        parameters[ranker.direct.offset + RankingFeature.companyRecent.rawValue] = 1
        let links = items.map { item in
            targets.enumerated().compactMap { place, target in
                target == item
                    ? nil
                    : ItemLinks.Link(
                        target: Int32(items.firstIndex(of: target)!), weights: [0, 1 - 0.1 * Float(place), 0, 0])
            }
        }
        return ModelBundle(
            version: version, twoTower: twoTower,
            ranker: .float(RankerModel(shape: ranker, features: features, userScale: 1, parameters: parameters)),
            links: ItemLinks(links),
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
    }

    @Test func whatGoesWithTheLatestItemsComesFirst() async throws {
        var configuration = PlantedWorld.configuration
        configuration.recall.candidates = PlantedWorld.items.count
        let running = try await RunningStack(configuration: configuration)
        try running.stack.registry.publish(Self.bundle("z-links"))
        try running.stack.activateLatest()
        let connection = try running.connect()
        let asked = "user=tea-user1&n=10&diversity=0"
        let answer = try connection.recommend("\(asked)&explain=1")
        #expect(answer.degraded == "fresh" && answer.items.count == 10 && Set(answer.ids).count == 10)
        #expect(Array(answer.ids.prefix(5)) == ["bike5", "bike6", "bike7", "bike8", "tea20"])
        #expect(answer.items.allSatisfy { $0.source == "two-tower" && $0.reason == "close to what you did last" })
        let first = try #require(answer.items[0].explain?.features)
        #expect(try #require(first["companyRecent"]) > 5 && first["followingRecent"] == 0)
        let sums = try answer.items.map { try #require($0.explain?.features?["companyRecent"]) }
        #expect(sums == sums.sorted(by: >) && sums[5...].allSatisfy { $0 == 0 })
        // An item that the model knows comes into the catalogue, and one that the user meets leads on without coming back.
        #expect(try connection.put("/items/tea99", #"{"title":"T","categories":["tea"]}"#).status == 201)
        #expect(try connection.recommend(asked).ids.first == "tea99")
        let click = #"{"type":"click","user":"tea-user1","item":"tea99"}"#
        #expect(try connection.post("/events", click).status == 202)
        #expect(try Array(connection.recommend(asked).ids.prefix(2)) == ["bike5", "bike6"])
    }
}
