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
///     user-features-benchmark follow HOST:PORT TOPIC-PREFIX PARTITIONS DIRECTORY
///
/// `measure` fills topics of its own and prints how many events a second go into states that are on disk and in the
/// changelog. `follow` is a replica of all partitions that runs until it is terminated: what a test kills.
@main
struct UserFeaturesBenchmark {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("measure", 2...4):
            let numbers = arguments.dropFirst(2).compactMap { Int($0) }
            try await Measurement(
                brokers: arguments[1], events: numbers.first ?? 1_000_000,
                users: numbers.count > 1 ? numbers[1] : 50_000
            ).run()
        case ("follow", 5):
            guard let partitions = Int(arguments[3]) else { return usage() }
            try await follow(arguments[1], prefix: arguments[2], partitions: partitions, directory: arguments[4])
        default: usage()
        }
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

    private static func follow(_ brokers: String, prefix: String, partitions: Int, directory: String) async throws {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let (topics, metrics) = (Topics(prefix: prefix), MetricRegistry())
        let log = try log(brokers, topics, partitions: partitions, metrics)
        let configuration = UserFeaturesReplicaConfiguration(
            directory: directory, topics: topics, checkpointInterval: 20)
        let users = try await UserFeaturesReplica.open(
            configuration, log: log, catalogue: FixedCatalogue(), logger: logger, metrics: metrics
        ) { _ in exit(1) }
        print("open")
        fflush(nil)
        let feed = try EventFeed(log: log, topic: topics.userEvents, lanes: users.lanes, consumers: [users])
        var signal: Int32 = 0
        sigwait(&signals, &signal)
        feed.close()
        users.close()
        log.close()
    }
}

/// Log lines, as they come.
struct StandardErrorSink: LogSink {
    func write(_ line: String) {
        let line = line + "\n"
        _ = line.utf8.withContiguousStorageIfAvailable { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
