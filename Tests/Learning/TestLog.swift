import CommandLine
import Configuration
import Contracts
import Domain
import EmbeddedLog
import EventLog
import Foundation
import Learning
import ModelRegistry

/// A log in a folder of its own, and what learns from it.
final class TestLog {
    static let topics = Topics()
    let folder: String
    let log: EmbeddedLog
    private var events = 0

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "cascade-learning-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        log = try EmbeddedLog(path: "\(folder)/log.sqlite")
    }

    deinit {
        log.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    var registry: ModelRegistry { ModelRegistry(directory: "\(folder)/models") }

    var reader: HistoryReader { HistoryReader(log: log, topics: Self.topics, weights: .standard) }

    func learner(
        registry: ModelRegistry? = nil, _ change: (inout CascadeConfiguration) -> Void = { _ in }
    ) -> Learner {
        var configuration = CascadeConfiguration()
        configuration.training.epochs = 2
        configuration.training.rankerEpochs = 2
        configuration.training.dimensions = 16
        configuration.training.threads = 2
        change(&configuration)
        return Learner(
            log: log, topics: Self.topics, registry: registry ?? self.registry, configuration: configuration)
    }

    func put(_ items: [Item]) async throws {
        _ = try await log.appendBulk(
            items.map {
                NewRecord(topic: Self.topics.itemUpdates, key: $0.id, value: ItemJSON.encoded($0), timestamp: 0)
            })
    }

    func delete(_ item: String) async throws {
        _ = try await log.append([NewRecord(topic: Self.topics.itemUpdates, key: item, value: [], timestamp: 0)])
    }

    func send(_ events: [Event]) async throws {
        _ = try await log.appendBulk(
            events.map {
                NewRecord(
                    topic: Self.topics.userEvents, key: $0.user, id: $0.id, value: EventJSON.encoded($0),
                    timestamp: $0.timestamp)
            })
    }

    func sendText(_ text: String, user: String) async throws {
        _ = try await log.append([
            NewRecord(topic: Self.topics.userEvents, key: user, value: Array(text.utf8), timestamp: 0)
        ])
    }

    func event(
        _ user: String, _ item: String, at timestamp: Int64, type: String = "click", request: String? = nil
    ) -> Event {
        events += 1
        return Event(
            id: "e\(events)", type: type, user: user, items: [item], timestamp: timestamp, requestID: request)
    }

    /// Users in groups; each group has items of its own, which its users take in an order of their own, or all at one moment.
    func fill(
        users: Int = 60, items: Int = 48, groups: Int = 4, length: Int = 9, hasOrder: Bool = true
    ) async throws {
        try await put((0..<items).map { Item(id: "i\($0)", title: "Item \($0)", categories: ["c\($0 % groups)"]) })
        var all: [Event] = []
        for place in 0..<length {
            for user in 0..<users {
                let step = (user * 5 + place * (1 + 2 * (user % 3))) % (items / groups)
                let moment = Int64(place) * 86_400_000 + Int64((user * 7919 + place * 104_729) % 80_000_000)
                all.append(
                    event(
                        "u\(user)", "i\(step * groups + user % groups)",
                        at: 1_700_000_000_000 + (hasOrder ? moment : 0)))
            }
        }
        try await send(all)
    }
}
