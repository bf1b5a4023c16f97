import Contracts
import EventLog
import Glibc
import KafkaLog
import Logging
import Metrics
import UserFeatures

/// The role user-features over a real Kafka.
///
///     swift run -c release user-features-benchmark measure HOST:PORT [EVENTS [USERS]]
///
/// It fills topics of its own and prints how many events a second go into states that are on disk and in the changelog.
@main
struct UserFeaturesBenchmark {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.first == "measure", (2...4).contains(arguments.count) else { return usage() }
        let numbers = arguments.dropFirst(2).compactMap { Int($0) }
        try await Measurement(
            brokers: arguments[1], events: numbers.first ?? 1_000_000, users: numbers.count > 1 ? numbers[1] : 50_000
        ).run()
    }

    /// The topics that the role reads and writes.
    static func log(_ brokers: String, _ topics: Topics, partitions: Int, _ metrics: MetricRegistry) throws -> KafkaLog
    {
        var configuration = KafkaLogConfiguration(
            brokers: brokers,
            topics: [
                KafkaTopic(topics.userEvents, .retained()), KafkaTopic(topics.userFeatures, .compacted),
                KafkaTopic(topics.deadLetter, .retained()),
            ])
        configuration.partitions = partitions
        return try KafkaLog(configuration, logger: logger, metrics: metrics)
    }

    static let logger = Logger(sink: StandardErrorSink())

    private static func usage() {
        print("usage: user-features-benchmark measure HOST:PORT [EVENTS [USERS]]")
        exit(64)
    }
}

/// Log lines, as they come.
struct StandardErrorSink: LogSink {
    func write(_ line: String) {
        let line = line + "\n"
        _ = line.utf8.withContiguousStorageIfAvailable { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
