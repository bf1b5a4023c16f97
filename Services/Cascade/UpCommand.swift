import CommandLine
import Configuration
import Stack

/// `cascade up`: everything in one process, or in one process a role.
enum UpCommand {
    private static let host = Option.string(
        "host", valueName: "ADDRESS", help: "Address to listen on; other than loopback only with CASCADE_API_KEYS.",
        defaultText: "127.0.0.1", environment: "CASCADE_HOST")
    private static let port = Option.integer(
        "port", in: 0...65_535, help: "Port to listen on; 0 takes a free one.", defaultText: "8080",
        environment: "CASCADE_PORT")
    private static let demo = Flag(
        "demo", help: "Make a demo world when nothing is in the data directory yet (the default).", isInvertible: true)
    private static let readyFile = Option.string(
        "ready-file", valueName: "FILE", help: "File to write {\"url\", \"pid\"} to once answers come from a model.")

    private static let split = Flag(
        "split", help: "Start one process a role on this machine, over CASCADE_KAFKA, and look after them.")
    private static let json = Flag(
        "json", help: "With --split: print a line of JSON when all roles are ready, and one for each that is back.")
    private static let replicas = Option.integer(
        "replicas", in: 1...64, help: "With --split: processes of user-features.", default: 1)

    static let command = Command(
        "up", summary: "Starts everything: in one process, or with --split in one process a role.",
        discussion:
            "Ready means that GET /readyz answers 200: answers come from a trained model.\n"
            + "With CASCADE_KAFKA=HOST:PORT the log is Kafka's, with CASCADE_REDIS=HOST:PORT Redis keeps answers.",
        parameters: [host, port, demo, readyFile, split, json, replicas] + CommonOptions.all
    ) { arguments in
        var configuration = try CommonOptions.configuration(arguments)
        if let host = arguments[host] { configuration.http.host = host }
        if let port = arguments[port] { configuration.http.port = port }
        if arguments[split] ?? false { return try await runSplit(configuration, arguments) }
        let service = Service(
            configuration: configuration, dataDirectory: try CommonOptions.dataDirectory(configuration),
            demo: arguments[demo] ?? true ? .whenEmpty : .never, readyFile: arguments[readyFile],
            listening: try ListenPolicy(
                host: configuration.http.host, keys: ProcessEnvironment.current()["CASCADE_API_KEYS"]),
            redisPassword: ProcessEnvironment.current()["CASCADE_REDIS_PASSWORD"],
            progress: CommonOptions.progress(arguments), logger: CommonOptions.logger())
        try await service.run()
        return .success
    }

    private static func runSplit(_ configuration: CascadeConfiguration, _ arguments: Arguments) async throws -> ExitCode
    {
        var layout = SplitLayout()
        layout.demo = arguments[demo] ?? true
        layout.json = arguments[json] ?? false
        layout.userFeaturesReplicas = arguments[replicas] ?? 1
        var environment = ProcessEnvironment.current()
        if let config = arguments[CommonOptions.config] { environment["CASCADE_CONFIG"] = config }
        let supervisor = try Supervisor(
            configuration: configuration, dataDirectory: try CommonOptions.dataDirectory(configuration), layout: layout,
            environment: environment, progress: CommonOptions.progress(arguments))
        try await supervisor.run()
        return .success
    }
}
