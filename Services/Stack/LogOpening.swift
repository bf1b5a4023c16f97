package import Configuration
package import Contracts
import EmbeddedLog
package import EventLog
import KafkaLog
package import Logging
package import Metrics

/// Which log a configuration means.
package enum LogOpening {
    /// Whether it is a Kafka cluster, which processes share, rather than a file, which one process holds.
    package static func isShared(_ configuration: CascadeConfiguration) -> Bool { configuration.kafka.brokers != nil }

    /// The topics' names.
    package static func topics(_ configuration: CascadeConfiguration) -> Topics {
        Topics(prefix: isShared(configuration) ? configuration.kafka.prefix : "cascade")
    }

    /// Opens it; topics of Kafka's are made where they are not there.
    /// - Parameter path: of the embedded log's file.
    /// - Throws: `LogError`.
    package static func open(
        _ configuration: CascadeConfiguration, path: String, logger: Logger, metrics: MetricRegistry
    ) throws -> any EventLog {
        guard let brokers = configuration.kafka.brokers else { return try EmbeddedLog(path: path) }
        let topics = topics(configuration)
        var settings = KafkaLogConfiguration(
            brokers: brokers,
            topics: [
                KafkaTopic(topics.userEvents, .retained()), KafkaTopic(topics.deadLetter, .retained()),
                KafkaTopic(topics.itemUpdates, .compacted), KafkaTopic(topics.userFeatures, .compacted),
                KafkaTopic(topics.itemFeatures, .compacted),
            ])
        settings.partitions = configuration.kafka.partitions
        settings.replicas = configuration.kafka.replication == 0 ? nil : configuration.kafka.replication
        settings.options = configuration.kafka.options
        return try KafkaLog(settings, logger: logger, metrics: metrics)
    }
}
