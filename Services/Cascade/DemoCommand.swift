import CommandLine
import Stack

/// `cascade demo`: a demo world in the log.
enum DemoCommand {
    private static let items = Option.integer(
        "items", in: 16...10_000_000, help: "Items of the catalogue.", defaultText: "20000")
    private static let users = Option.integer("users", in: 1...100_000_000, help: "Users.", defaultText: "10000")
    private static let events = Option.integer(
        "events", in: 1...1_000_000_000, help: "Events, at least eight a user.", defaultText: "1050000")
    private static let ifEmpty = Flag("if-empty", help: "Do nothing when the log has anything in it.")

    static let command = Command(
        "demo", summary: "Writes a demo world, a shop with its customers, into the log.",
        discussion: "'cascade up' does so by itself when nothing is there yet.",
        parameters: [items, users, events, ifEmpty] + CommonOptions.all
    ) { arguments in
        let offline = try CommonOptions.offline(arguments)
        defer { offline.close() }
        let progress = CommonOptions.progress(arguments)
        let isWritten = try await offline.writeDemo(
            ifEmpty: arguments[ifEmpty] ?? false, items: arguments[items], users: arguments[users],
            events: arguments[events], progress: progress)
        if !isWritten { progress.line("the log is not empty: it stays as it is") }
        return .success
    }
}
