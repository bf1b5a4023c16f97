package import Contracts
package import Domain
package import EventLog
import JSON

/// Writes to the log: users' events and changes of the catalogue, each to its topic.
package struct LogSink: ImportSink {
    private let log: any EventLog
    private let topics: Topics
    private let now: Int64
    private let catalogue: [String: ItemStanding]

    /// A sink over a log; reads the catalogue as the log has it, O(item updates).
    /// - Parameter now: milliseconds since the epoch, the time of the item updates.
    /// - Throws: what the log throws; ``RecordError`` for an update that is not an item.
    package init(log: any EventLog, topics: Topics = Topics(), now: Int64) throws {
        self.log = log
        self.topics = topics
        self.now = now
        var catalogue: [String: ItemStanding] = [:]
        let parser = JSONParser()
        try log.forEachRecord(topic: topics.itemUpdates) { record in
            let id = String(decoding: record.key, as: UTF8.self)
            if record.value.isEmpty {
                catalogue[id] = .deleted
            } else {
                let rules = log.isDeduplicating ? ItemJSON.Rules.log : .stream(timestamp: record.timestamp)
                let item = try parser.withDocument(record.value) { try ItemJSON.item(from: $0, rules: rules) }
                catalogue[id] = .known(item)
            }
            return true
        }
        self.catalogue = catalogue
    }

    package func standing(of id: String) -> ItemStanding { catalogue[id] ?? .unknown }

    package func append(items: [Item]) async throws {
        _ = try await log.appendBulk(
            items.map {
                NewRecord(topic: topics.itemUpdates, key: $0.id, value: ItemJSON.encoded($0), timestamp: now)
            })
    }

    package func append(events: [Event]) async throws -> Int {
        let outcomes = try await log.appendBulk(
            events.map {
                NewRecord(
                    topic: topics.userEvents, key: $0.user, id: $0.id, value: EventJSON.encoded($0),
                    timestamp: $0.timestamp)
            })
        return outcomes.count { $0 != .duplicate }
    }
}
