import EventLog
import Glibc
import KafkaLog
import Logging
import Metrics

/// Straight into Kafka's topic of user events, as a producer outside of the product would.
struct KafkaDoor: EventDoor {
    private let log: KafkaLog
    private let topic: String

    /// - Parameters:
    ///   - brokers: `HOST:PORT`, several with commas.
    ///   - prefix: begin of the topics' names.
    ///   - partitions: of the topic.
    init(brokers: String, prefix: String, partitions: Int) throws(LoadTestError) {
        topic = "\(prefix).user-events"
        var configuration = KafkaLogConfiguration(brokers: brokers, topics: [KafkaTopic(topic, .retained())])
        configuration.partitions = partitions
        do {
            log = try KafkaLog(configuration, logger: Logger(level: .error), metrics: MetricRegistry())
        } catch {
            throw LoadTestError("Kafka at \(brokers) cannot be used: \(error)")
        }
    }

    func send(user: String, json: [UInt8], completion: @escaping @Sendable (Bool) -> Void) {
        let record = NewRecord(topic: topic, key: user, value: json, timestamp: WallClock.milliseconds)
        Task { [log] in
            do {
                _ = try await log.append([record])
                completion(true)
            } catch {
                completion(false)
            }
        }
    }

    func close() { log.close() }
}
