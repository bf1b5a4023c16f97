package import CommandLine

/// What can be probed.
enum Probe: String, CaseIterable, Sendable {
    /// The time from an event to the first answer that shows it.
    case freshness
}

/// The command line of the load generator.
package enum LoadTestCommand {
    static let url = Option.string(
        "url", valueName: "URL",
        help: "Server to test, as http://host:port. Without it, the whole stack is started for the test.")
    static let rate = Option.integer(
        "rate", in: 1...1_000_000, valueName: "R", help: "Requests, or probed events, a second, due at fixed times.",
        defaultText: "10000, 500 for --probe")
    static let duration = Option.double(
        "duration", in: 0.1...86_400, valueName: "S", help: "Seconds measured.", default: 10)
    static let warmup = Option.double(
        "warmup", in: 0...3_600, valueName: "S", help: "Seconds before that, sent but not measured.", default: 2)
    static let connections = Option.integer(
        "connections", in: 1...20_000, valueName: "C",
        help: "Connections, each with one request at a time; requests that are due while all are busy wait, "
            + "and their waiting counts.",
        defaultText: "256, 64 for --probe")
    static let threads = Option.integer("threads", in: 1...64, valueName: "T", help: "Generator threads.", default: 1)
    static let users = Option.integer(
        "users", in: 1...1_000_000_000,
        help: "Users u1 … uN, drawn from a power law; for --probe, new users, each with one event at a time.",
        defaultText: "10000, 2000 for --probe")
    static let exponent = Option.double(
        "exponent", in: 0.01...10, help: "Exponent of the power law: user k asks in proportion to 1 / k^X.",
        default: 0.99)
    static let items = Option.integer("n", in: 1...200, help: "Items asked for.", default: 20)
    static let timeout = Option.double(
        "timeout", in: 0.01...600, valueName: "S", help: "Seconds after which a request counts as lost.", default: 5)
    static let repeats = Option.integer(
        "repeats", in: 0...10, valueName: "N",
        help: "How often a request is sent again whose connection broke before the answer; each time is counted.",
        default: 1)
    static let p99 = Option.double(
        "p99", in: 0.001...600_000, valueName: "MS", help: "Milliseconds that p99 may take in a run that passes.",
        default: 50)
    static let seed = Option.integer("seed", in: 0...Int.max, help: "Seed of the draw of users.", default: 1)
    static let json = Option.string(
        "json", valueName: "FILE", help: "Writes the report as JSON; - is standard output, in place of the text.")
    static let check = Flag("check", help: "Returns 1 when the run is short of its rate, its p99 or has errors.")
    static let data = Option.string(
        "data", valueName: "DIR", help: "Data directory of the stack that is started.",
        defaultText: "a folder in the user's data home", environment: "CASCADE_DATA")
    static let probe = Option<Probe>.choice(
        "probe",
        help: "Instead of a load: sends events and asks until an answer shows each, that is, no longer holds the item "
            + "that was clicked.")
    static let kafka = Option.string(
        "kafka", valueName: "HOST:PORT", help: "Sends the probe's events to Kafka, not to the server.",
        environment: "CASCADE_KAFKA")
    static let kafkaPrefix = Option.string(
        "kafka-prefix", valueName: "P", help: "Begin of the topics' names.", default: "cascade",
        environment: "CASCADE_KAFKA_PREFIX")
    static let kafkaPartitions = Option.integer(
        "kafka-partitions", in: 1...1_024, help: "Partitions of the topic of events.", default: 8,
        environment: "CASCADE_PARTITIONS")
    static let interval = Option.double(
        "interval", in: 0...10_000, valueName: "MS",
        help: "Milliseconds from an answer that does not show an event to the next question.", default: 5)
    static let patience = Option.double(
        "startup", in: 1...7_200, valueName: "S",
        help: "Seconds that the started stack may take until it is ready; the first start trains.", default: 900)

    /// The command; it runs a load test and prints its report.
    package static let command = Command(
        "loadtest", summary: "Measures how a recommendation server answers at a fixed rate of requests.",
        discussion: """
            Open loop: request i is due at start + i / rate whatever the server does, and its latency counts from then,
            so that a stall is seen by every request that falls into it. Ends with PASS or with what is missing. CASCADE_API_KEY is the key of a server that asks for one.
            """,
        parameters: [
            url, rate, duration, warmup, connections, threads, users, exponent, items, timeout, repeats, p99, seed,
            json,
            check,
            data, patience, probe, kafka, kafkaPrefix, kafkaPartitions, interval,
        ]
    ) { arguments in
        try LoadTestSession(arguments).run()
    }
}
