import Contracts
import Domain
import EventLog
import Foundation
import KafkaLog
import Logging
import Metrics
import TestSupport

/// Topics of one's own in the shared Kafka, with what the two features roles need to run over them as processes.
struct FeatureSystem {
    let partitions: Int
    let topics: Topics
    let log: any EventLog
    let folder: TemporaryDirectory
    private let prefix: String
    private let kafka: KafkaServer

    /// - Parameter kafka: nil for the one that all tests share.
    init(partitions: Int, kafka: KafkaServer? = nil) throws {
        self.partitions = partitions
        let kafka = try kafka ?? KafkaServer.shared()
        self.kafka = kafka
        prefix = KafkaServer.uniquePrefix()
        topics = Topics(prefix: prefix)
        folder = try TemporaryDirectory()
        var configuration = KafkaLogConfiguration(
            brokers: kafka.address,
            topics: [
                KafkaTopic(topics.userEvents, .retained()), KafkaTopic(topics.deadLetter, .retained()),
                KafkaTopic(topics.itemUpdates, .compacted), KafkaTopic(topics.userFeatures, .compacted),
                KafkaTopic(topics.itemFeatures, .compacted),
            ])
        configuration.partitions = partitions
        configuration.connectTimeout = .seconds(60)
        configuration.deliveryTimeout = .seconds(30)
        configuration.queryTimeout = .seconds(30)
        log = try KafkaLog(configuration, logger: Logger(sink: Silence()), metrics: MetricRegistry())
    }

    /// Starts a role with a data folder of that name.
    /// - Parameters:
    ///   - device: where that folder is.
    ///   - more: further variables.
    func start(
        _ role: String, data: String = "data", on device: SmallDevice? = nil, with more: [String: String] = [:]
    ) throws -> ServedRole {
        let environment = [
            "CASCADE_KAFKA": kafka.address, "CASCADE_KAFKA_PREFIX": prefix, "CASCADE_PARTITIONS": "\(partitions)",
            "CASCADE_DATA": device.map { "\($0.path)/\(data)" } ?? folder.file(data),
        ]
        return try ServedRole(role, environment: environment.merging(more) { $1 }, on: device, printingTo: folder)
    }

    /// Puts items `item-0`, `item-1`, … into the catalogue's topic.
    func putItems(_ count: Int) async throws {
        let now = DeadLetter.wallClock()
        _ = try await log.appendBulk(
            (0..<count).map { number in
                let item = Item(id: "item-\(number)", title: "Item \(number)", createdAt: now)
                return NewRecord(
                    topic: topics.itemUpdates, key: item.id, value: ItemJSON.encoded(item), timestamp: now)
            })
    }

    /// Copies topics of another system record by record, each to its own partition.
    func copy(_ names: [KeyPath<Topics, String>], of other: FeatureSystem) async throws {
        for name in names {
            for lane in 0..<partitions {
                var position = LogPosition.start
                while true {
                    let records = try other.log.read(
                        topic: other.topics[keyPath: name], lane: lane, after: position, limit: 10_000)
                    guard let last = records.last else { break }
                    position = last.position
                    let topic = topics[keyPath: name]
                    _ = try await log.appendBulk(
                        records.map {
                            NewRecord(
                                topic: topic, key: $0.key, value: $0.value, timestamp: $0.timestamp,
                                headers: $0.headers, partition: $0.partition)
                        })
                }
            }
        }
    }

    /// Waits until user-features has taken in all events, those that it forwards included.
    /// - Returns: how many it has taken in since its start.
    func takenIn(by users: ServedRole) async throws -> Double {
        let port = try await users.becomeReady()
        // What was forwarded after the lag was read shows the next time.
        var rounds = 0
        try await users.wait("all events are taken in") {
            let lag = try WebClient.metric("cascade_consumer_lag", at: port, with: "topic=\"\(topics.userEvents)\"")
            let waiting = try WebClient.metric("cascade_user_outbox_records", at: port)
            rounds = lag == 0 && waiting == 0 ? rounds + 1 : 0
            return rounds == 3
        }
        return try WebClient.metric("cascade_user_events_total", at: port)
    }

    /// What user-features has stored in a data folder, having taken everything in. It must have ended.
    func stored(in data: String = "data") throws -> StoredUsers {
        try StoredUsers(in: folder.file("\(data)/user-features"), partitions: 0..<partitions)
    }
}

/// Drops log lines.
private struct Silence: LogSink {
    func write(_ line: String) {}
}
