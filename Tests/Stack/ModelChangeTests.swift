import Configuration
import Contracts
import Deadline
import Domain
import Foundation
import Gateway
import ModelHost
import ModelRegistry
import Models
import Testing

@testable import Stack
import TestSupport

@Suite struct ModelChangeTests {
    private static func renamed(_ bundle: ModelBundle, _ version: String) -> ModelBundle {
        ModelBundle(
            version: version, twoTower: bundle.twoTower, ranker: bundle.ranker, description: bundle.description)
    }

    /// A bundle with vectors of another length, whose parameters nobody trained.
    private static func other(_ version: String, dimensions: Int) -> ModelBundle {
        let items = PlantedWorld.items.map(\.id)
        let shape = TwoTowerShape(
            dimensions: dimensions, itemHidden: 8, userHidden: 8, items: items.count, itemTokens: 0, userTokens: 0)
        let twoTower = TwoTowerModel(
            shape: shape, temperature: 0.1, pooling: HistoryPooling(), items: Vocabulary(items),
            itemTokens: Vocabulary([]), userTokens: Vocabulary([]),
            parameters: (0..<shape.layout.count).map { Float(($0 * 7919) % 101) / 101 - 0.5 })
        return ModelBundle(
            version: version, twoTower: twoTower, ranker: nil,
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
    }

    /// Clients ask all the time while one bundle after the other is made the live one; every answer is a good one, and
    /// in the end they name the last.
    @Test func aChangeOfModelCostsNoRequest() async throws {
        let running = try await RunningStack()
        let stack = running.stack
        let first = try #require(try stack.registry.loadActive())
        let bundles = [Self.renamed(first, "z1"), Self.other("z2", dimensions: 32), Self.renamed(first, "z3")]
        let url = running.door.url
        let models = try await withThrowingTaskGroup(of: Set<String>.self) { group in
            for client in 0..<2 {
                group.addTask {
                    let connection = try Connection(url)
                    let deadline = ContinuousClock.now + .seconds(15)
                    var models: Set<String> = []
                    while !models.contains("z3"), ContinuousClock.now < deadline {
                        let answer = try connection.recommend("user=tea-user\(client)&n=10")
                        #expect(answer.degraded == "fresh" && answer.items.count == 10)
                        models.insert(answer.model)
                        await Task.yield()
                    }
                    return models
                }
            }
            for bundle in bundles {
                try stack.registry.publish(bundle)
                try stack.activateLatest()
                let connection = try Connection(url)
                #expect(try connection.recommend("user=bike-user1").model == bundle.version)
                #expect(try connection.list("/similar?item=tea1").items.count == 20)
            }
            return try await group.reduce(into: Set()) { $0.formUnion($1) }
        }
        #expect(models.contains("z3") && models.isSubset(of: [first.version, "z1", "z2", "z3"]))
    }

    /// How varied answers are, the live model says, unless the configuration or the request does.
    @Test func answersAreAsVariedAsTheModelSays() async throws {
        var configuration = PlantedWorld.configuration
        for (configured, expected) in [(nil, 1), (0.5, 0.5)] as [(Double?, Double)] {
            configuration.rerank.diversity = configured
            let running = try await RunningStack(configuration: configuration)
            let first = try #require(try running.stack.registry.loadActive())
            let varied = ModelBundle(
                version: "z-varied", twoTower: first.twoTower, ranker: first.ranker, links: first.links, diversity: 1,
                description: first.description)
            try running.stack.registry.publish(varied)
            try running.stack.activateLatest()
            let connection = try running.connect()
            func ids(_ query: String) throws -> [String] { try connection.recommend("user=tea-user5&n=20\(query)").ids }
            #expect(try ids("") == ids("&diversity=\(expected)"))
            #expect(try ids("") != ids("&diversity=0"))
        }
    }

    @Test func aChangeOfTheActiveFileIsPickedUp() async throws {
        let running = try await RunningStack()
        let stack = running.stack
        let first = try #require(try stack.registry.loadActive())
        let watcher = Task { await stack.watcher.run() }
        defer { watcher.cancel() }
        try stack.registry.publish(Self.other("z-next", dimensions: 8))
        let connection = try running.connect()
        try await eventually { try connection.recommend("user=x").model != first.version }
        #expect(try connection.recommend("user=x").model == "z-next")
    }

    @Test func aBundleThatCannotBeReadLeavesTheLiveOne() async throws {
        let running = try await RunningStack()
        let stack = running.stack
        let live = stack.host.liveVersion
        try stack.registry.publish(Self.other("z-broken", dimensions: 8))
        let folder = running.folder.appending(path: "models/z-broken")
        for path in try FileManager.default.contentsOfDirectory(atPath: folder.path) where path.hasSuffix("safetensors")
        {
            let file = folder.appending(path: path)
            var bytes = try Data(contentsOf: file)
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: file)
        }
        #expect(throws: (any Error).self) { try stack.activateLatest() }
        #expect(stack.host.liveVersion == live)
        #expect(try running.connect().recommend("user=tea-user1").model == live)
    }

    @Test func newItemsReachAModelThatComesLater() async throws {
        let running = try await RunningStack()
        let connection = try running.connect()
        #expect(try connection.put("/items/tea77", #"{"title":"T","categories":["tea","tea-x"]}"#).status == 201)
        #expect(try connection.delete("/items/tea1").status == 204)
        try running.stack.registry.publish(Self.other("z-later", dimensions: 24))
        try running.stack.activateLatest()
        #expect(try connection.recommend("user=tea-user1&category=tea-x").ids == ["tea77"])
        #expect(try !connection.recommend("user=bike-user1&n=200").ids.contains("tea1"))
        #expect(try connection.put("/items/tea78", #"{"title":"T","categories":["tea","tea-x"]}"#).status == 201)
        #expect(try Set(connection.recommend("user=tea-user1&category=tea-x").ids) == ["tea77", "tea78"])
    }

    /// The catalogue shows a new item a moment before the model has it.
    @Test func anItemThatTheModelDoesNotHaveYetIsNoReasonToFail() async throws {
        let running = try await RunningStack()
        let recall = running.stack.gatewayServices(keyHashes: []).recall
        let found = try await recall.similar(
            to: [ItemNumber(PlantedWorld.items.count), 3], limit: 4, by: .never)
        #expect(found.count == 2 && found.range(of: 1).count == 4)
        #expect(!found.items[found.range(of: 1)].contains(3))
    }
}
