import CommandLine
package import Configuration
package import Contracts
import EmbeddedLog
package import EventLog

/// Which log a configuration means.
package enum LogOpening {
    /// Whether it is a Kafka cluster, which processes share, rather than a file, which one process holds.
    package static func isShared(_ configuration: CascadeConfiguration) -> Bool { configuration.kafka.brokers != nil }

    /// The topics' names.
    package static func topics(_ configuration: CascadeConfiguration) -> Topics {
        Topics(prefix: isShared(configuration) ? configuration.kafka.prefix : "cascade")
    }

    /// Opens it.
    /// - Parameter path: of the embedded log's file.
    /// - Throws: `LogError`.
    package static func open(_ configuration: CascadeConfiguration, path: String) throws -> any EventLog {
        guard isShared(configuration) else { return try EmbeddedLog(path: path) }
        throw CommandFailure(.configuration, "This build has no Kafka client.")
    }
}
