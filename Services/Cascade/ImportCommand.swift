import CommandLine
import Import
import Stack

/// `cascade import`: catalogues and histories from files.
enum ImportCommand {
    private static let file = Positional("FILE", help: "File to read; gzip is recognised.")

    static let command = Command(
        "import", summary: "Reads a catalogue and a history from files.",
        discussion:
            "Importing the same file twice changes nothing. Rows that cannot be read are listed in a reject file.",
        subcommands: [movieLens, CSVImport.command, sequences, events, ONNXImport.command])

    private static let folder = Positional("DIR", help: "Folder of the data set.")

    private static let movieLens = Command(
        "movielens", summary: "A MovieLens data set of any generation: ratings and movies.",
        parameters: [folder] + CommonOptions.all
    ) { arguments in
        try await run(.movieLens(folder: try arguments.required(folder)), arguments)
    }

    private static let attributes = Option.string(
        "attributes", valueName: "JSON", help: "File with an object of lists of attributes by item.")

    private static let ordered = Flag(
        "in-order", help: "A user's items are in the order of time (the default); without, they are of one moment.",
        isInvertible: true)

    private static let sequences = Command(
        "sequences", summary: "A line a user: the user, then items in the order of time.",
        parameters: [file, attributes, ordered] + CommonOptions.all
    ) { arguments in
        try await run(
            .sequences(
                file: try arguments.required(file), attributes: arguments[attributes],
                hasOrder: arguments[ordered] ?? true),
            arguments)
    }

    private static let events = Command(
        "events", summary: "Events and items as JSON, one a line.", parameters: [file] + CommonOptions.all
    ) { arguments in
        try await run(.records(file: try arguments.required(file)), arguments)
    }

    static func run(_ source: ImportSource, _ arguments: Arguments) async throws -> ExitCode {
        let offline = try CommonOptions.offline(arguments)
        defer { offline.close() }
        let summary = try await offline.run(source, progress: CommonOptions.progress(arguments))
        StandardOutput().write("\(summary)\n")
        return .success
    }
}
