import Domain
import Foundation
import Models
import ModelRegistry
import Testing

@Suite struct ModelRegistryTests {
    private let directory = FileManager.default.temporaryDirectory
        .appending(path: "cascade-registry-\(UUID().uuidString)/data/models").path

    private func card(_ aucs: Double...) -> ReportCard {
        ReportCard(
            rows: aucs.map {
                ReportCard.Row(
                    name: "row", auc: $0, logLoss: 0.1, ndcgAt10: 0.5, calibrationError: 0.01, parameters: 9,
                    bytes: 1000, residentBytes: 2000, microseconds: 10)
            }, method: "made up")
    }

    private func bundle(_ version: String, card: ReportCard? = nil) -> ModelBundle {
        let shape = TwoTowerShape(
            dimensions: 16, itemHidden: 4, userHidden: 4, items: 2, itemTokens: 0, userTokens: 0)
        let model = TwoTowerModel(
            shape: shape, temperature: 0.1, pooling: HistoryPooling(), items: Vocabulary(["a", "b"]),
            itemTokens: Vocabulary([]), userTokens: Vocabulary([]),
            parameters: (0..<shape.layout.count).map { Float($0) / 100 })
        return ModelBundle(
            version: version, twoTower: model, ranker: nil,
            description: BundleManifest.Description(created: "now", trainingData: "test", split: "none", card: card))
    }

    private func write(_ text: String, _ name: String) throws {
        try text.write(toFile: "\(directory)/\(name)", atomically: false, encoding: .utf8)
    }

    @Test func nothingIsThereAtFirst() throws {
        let registry = ModelRegistry(directory: directory)
        #expect(try registry.versions().isEmpty)
        #expect(try registry.active() == nil)
        #expect(try registry.loadActive() == nil)
    }

    @Test func aPublishedBundleIsTheLiveOne() throws {
        let registry = ModelRegistry(directory: directory)
        try registry.publish(bundle("20260101-000000"))
        try registry.publish(bundle("20260102-000000"))
        #expect(try registry.versions() == ["20260101-000000", "20260102-000000"])
        #expect(try registry.active() == "20260102-000000")
        let live = try #require(try registry.loadActive())
        #expect(live.version == "20260102-000000")
        #expect(live.twoTower.parameters == bundle("x").twoTower.parameters)
        #expect(try registry.manifest(of: "20260101-000000").description.trainingData == "test")
        try registry.activate("20260101-000000")
        #expect(try registry.active() == "20260101-000000")
    }

    @Test func aFailedPublicationLeavesTheLiveOne() throws {
        let registry = ModelRegistry(directory: directory)
        try registry.publish(bundle("v1"))
        try registry.publish(bundle("v2"))
        #expect(throws: BundleError.self) { try registry.publish(bundle("v1")) }
        #expect(try registry.active() == "v2")
        #expect(throws: ModelRegistryError.self) { try registry.publish(bundle("../escape")) }
        #expect(throws: ModelRegistryError.self) { try registry.publish(bundle(".hidden")) }
    }

    @Test func aCardThatBreaksALimitIsRefusedAndTheLiveOneStays() throws {
        let free = ModelRegistry(directory: directory)
        try free.publish(bundle("v1", card: card(0.8, 0.8)))
        let registry = ModelRegistry(directory: directory, limits: ModelLimits(aucLoss: 0.01))
        let error = #expect(throws: ModelRegistryError.self) {
            try registry.publish(bundle("v2", card: card(0.8, 0.7)))
        }
        #expect(error?.code == .beyondLimits)
        #expect(error?.description.contains("v2") == true && error?.description.contains("0.01") == true)
        #expect(try registry.active() == "v1")
        // It is kept, and may become live where the limits allow it.
        #expect(try registry.versions() == ["v1", "v2"])
        #expect(throws: ModelRegistryError.self) { try registry.activate("v2") }
        #expect(try registry.active() == "v1")
        try free.activate("v2")
        #expect(try free.active() == "v2")
        try free.activate("v1")
        #expect(throws: ModelRegistryError.self) { try registry.rollBack() }
        #expect(try registry.active() == "v1")
        try registry.publish(bundle("v3", card: card(0.8, 0.795)))
        #expect(try registry.active() == "v3")
    }

    @Test func aVersionWithoutACardIsNotHeldToLimits() throws {
        let registry = ModelRegistry(directory: directory, limits: ModelLimits(aucLoss: 0, bytes: 1, microseconds: 0))
        try registry.publish(bundle("v1"))
        try registry.publish(bundle("v2"))
        try registry.activate("v1")
        #expect(try registry.active() == "v1")
    }

    @Test func halfWrittenBundlesAndOtherFilesAreNoVersions() throws {
        let registry = ModelRegistry(directory: directory)
        try registry.publish(bundle("v1"))
        for name in [".v2.partial", "empty"] {
            try FileManager.default.createDirectory(atPath: "\(directory)/\(name)", withIntermediateDirectories: true)
        }
        try write("x", "notes.txt")
        #expect(try registry.versions() == ["v1"])
    }

    @Test func rollingBackGoesToWhatWasLiveBefore() throws {
        let registry = ModelRegistry(directory: directory)
        for version in ["v1", "v2", "v3"] { try registry.publish(bundle(version)) }
        try registry.activate("v1")
        #expect(try registry.previous() == "v3")
        try registry.rollBack()
        #expect(try registry.active() == "v3")
        try registry.rollBack()
        #expect(try registry.active() == "v2")
        // What was live first came back by hand, and counts once.
        let none = #expect(throws: ModelRegistryError.self) { try registry.rollBack() }
        #expect(none?.description.contains("live before v2") == true)
        try registry.activate("v3")
        try FileManager.default.removeItem(atPath: "\(directory)/v2")
        #expect(throws: ModelRegistryError.self) { try registry.rollBack() }
        #expect(try registry.active() == "v3")
    }

    @Test func aFileOfBeforeWithOneNameIsUnderstood() throws {
        let registry = ModelRegistry(directory: directory)
        try registry.publish(bundle("v1"))
        try registry.publish(bundle("v2"))
        try write("v1\n", "ACTIVE")
        #expect(try registry.active() == "v1")
        try registry.activate("v2")
        #expect(try registry.previous() == "v1")
    }

    @Test func errorsNameTheFileAndTheRemedy() throws {
        let registry = ModelRegistry(directory: directory)
        try registry.publish(bundle("v1"))
        let unknown = #expect(throws: ModelRegistryError.self) { try registry.activate("v9") }
        #expect(unknown?.code == .unknownVersion)
        #expect(unknown?.description.contains("no model version v9: there are v1") == true)
        try write("v9\n", "ACTIVE")
        #expect(throws: ModelRegistryError.self) { _ = try registry.loadActive() }
        try write("../../etc\n", "ACTIVE")
        let corrupt = #expect(throws: ModelRegistryError.self) { _ = try registry.active() }
        #expect(corrupt?.code == .corrupt)
        #expect(corrupt?.description.contains("\(directory)/ACTIVE") == true)
    }

    @Test(arguments: ["two-tower.safetensors", "items.json", "vocabulary.json", "manifest.json"])
    func aDamagedBundleIsRefused(file: String) throws {
        let registry = ModelRegistry(directory: directory)
        try registry.publish(bundle("v1"))
        let path = "\(directory)/v1/\(file)"
        let data = try Data(contentsOf: URL(filePath: path))
        try data.dropLast(3).write(to: URL(filePath: path))
        let error = #expect(throws: BundleError.self) { _ = try registry.loadActive() }
        #expect(error?.file == path)
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: BundleError.self) { _ = try registry.loadActive() }
    }

    @Test func aDirectoryThatCannotBeMadeIsNamed() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "cascade-registry-\(UUID().uuidString)")
        try Data().write(to: folder)
        let error = #expect(throws: ModelRegistryError.self) {
            try ModelRegistry(directory: folder.path + "/models").publish(bundle("v1"))
        }
        #expect(error?.code == .system)
        #expect(error?.description.contains(folder.path) == true)
    }

    @Test func freshVersionsAreUniqueAndSortByTime() throws {
        let registry = ModelRegistry(directory: directory)
        #expect(registry.freshVersion(at: 1_793_016_303) == "20261026-120503")
        try registry.publish(bundle("20261026-120503"))
        #expect(registry.freshVersion(at: 1_793_016_303) == "20261026-120503-2")
        #expect(registry.freshVersion(at: 1_793_016_304) > "20261026-120503-2")
    }
}
