import CommandLine
import Configuration
import Contracts
import DataDirectory
import Domain
import EmbeddedLog
import EventLog
import Foundation
import ItemFeatures
import Learning
import Logging
import ModelRegistry
import Stack

/// A shop with two kinds of customers, and a model trained on what they did: made once for all tests, kept as the bytes
/// of its data directory.
enum PlantedWorld {
    static let itemsPerTaste = 30
    static let usersPerTaste = 50
    /// When the first event happened: 9 October 2025.
    static let start: Int64 = 1_760_000_000_000
    /// After the last event.
    static let end: Int64 = start + 40 * 86_400_000

    static var configuration: CascadeConfiguration {
        var configuration = CascadeConfiguration()
        configuration.http.port = 0
        configuration.http.shards = 2
        configuration.training.epochs = 6
        configuration.training.rankerEpochs = 2
        configuration.training.dimensions = 16
        configuration.training.batch = 64
        configuration.training.learningRate = 0.03
        configuration.training.threads = 2
        return configuration
    }

    static let items: [Item] = ["tea", "bike"].flatMap { taste in
        (0..<itemsPerTaste).map { number in
            Item(
                id: "\(taste)\(number)", title: "\(taste.capitalized) no. \(number)",
                categories: [taste, "\(taste)-\(number % 3)"],
                attributes: ["brand": .text("\(taste)-brand-\(number % 2)")],
                price: taste == "tea" ? 5 : 500, createdAt: start - Int64(number) * 86_400_000)
        }
    }

    /// Each customer's six clicks, in time order over all of them.
    static let events: [Event] = (0..<6).flatMap { place in
        ["tea", "bike"].flatMap { taste in
            (0..<usersPerTaste).map { user in
                let item = (user * 7 + place * (3 + user % 4)) % itemsPerTaste
                return Event(
                    id: "\(taste)-\(user)-\(place)", type: "click", user: "\(taste)-user\(user)",
                    items: ["\(taste)\(item)"], timestamp: start + Int64(place) * 86_400_000 + Int64(user) * 60_000)
            }
        }
    }.sorted { $0.timestamp < $1.timestamp }

    /// The files of a data directory with all of this in it, by path.
    static func files() async throws -> [String: Data] { try await made.value }

    private static let made = Task {
        let folder = FileManager.default.temporaryDirectory.appending(path: "cascade-world-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let stack = try await Stack(
            configuration, directory: DataDirectory(path: folder.path), logger: Logger(level: .error))
        try await stack.items.put(items)
        _ = try await stack.log.append(events.map { record(of: $0, topics: stack.topics) })
        _ = try await Learner(
            log: stack.log, topics: stack.topics, registry: stack.registry, configuration: configuration
        ).train(progress: .none)
        stack.close()
        var files: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            let url = folder.appending(path: path)
            if try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
                files[path] = try Data(contentsOf: url)
            }
        }
        return files
    }

    static func record(of event: Event, topics: Topics) -> NewRecord {
        NewRecord(
            topic: topics.userEvents, key: event.user, id: event.id, value: EventJSON.encoded(event),
            timestamp: event.timestamp)
    }
}
