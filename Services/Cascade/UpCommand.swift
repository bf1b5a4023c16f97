import CommandLine
import Configuration
import Stack

/// `cascade up`: everything in one process.
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

    static let command = Command(
        "up", summary: "Starts everything in one process.",
        discussion: "Ready means that GET /readyz answers 200: answers come from a trained model.",
        parameters: [host, port, demo, readyFile] + CommonOptions.all
    ) { arguments in
        var configuration = try CommonOptions.configuration(arguments)
        if let host = arguments[host] { configuration.http.host = host }
        if let port = arguments[port] { configuration.http.port = port }
        let service = Service(
            configuration: configuration, dataDirectory: try CommonOptions.dataDirectory(configuration),
            demo: arguments[demo] ?? true ? .whenEmpty : .never, readyFile: arguments[readyFile],
            listening: try ListenPolicy(
                host: configuration.http.host, keys: ProcessEnvironment.current()["CASCADE_API_KEYS"]),
            progress: CommonOptions.progress(arguments), logger: CommonOptions.logger())
        try await service.run()
        return .success
    }
}
