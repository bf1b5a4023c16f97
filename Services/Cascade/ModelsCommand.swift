import CommandLine
import Configuration
import DataDirectory
import Learning
import ModelRegistry
import Models
import Stack

/// `cascade models`: the bundles that there are, and which of them serves.
enum ModelsCommand {
    private static let json = Flag("json", help: "Print one JSON object.")
    private static let version = Positional("VERSION", help: "A version that 'cascade models list' shows.")
    private static let versionOrLive = Positional(
        "VERSION", help: "A version that 'cascade models list' shows; without one, the live one.", isRequired: false)
    private static let first = Positional("A", help: "A version.")
    private static let second = Positional("B", help: "The version to hold against it.")
    private static let folders = ModelFolder.parameters

    static let command = Command(
        "models", summary: "Lists model bundles, shows and compares them, and chooses the live one.",
        discussion: "Running servers take another live version within about a second.",
        subcommands: [list, show, activate, rollBack, compare, report])

    private static let list = Command(
        "list", summary: "All versions, in the order of their making.", parameters: [json] + folders
    ) { arguments in
        let reports = try BundleReport.all(in: ModelFolder.registry(arguments))
        StandardOutput().write(arguments[json] ?? false ? BundleReport.json(reports) : BundleReport.text(reports))
        return .success
    }

    private static let show = Command(
        "show", summary: "How a version was made, and its figures.", parameters: [versionOrLive, json] + folders
    ) { arguments in
        let registry = try ModelFolder.registry(arguments)
        let version = try ModelFolder.version(arguments[versionOrLive], in: registry)
        let report = try BundleReport(of: version, in: registry)
        StandardOutput().write(arguments[json] ?? false ? report.json() : report.text())
        return .success
    }

    private static let activate = Command(
        "activate", summary: "Makes a version the live one, once all its files are found whole.",
        parameters: [version] + folders
    ) { arguments in
        let registry = try ModelFolder.registry(arguments)
        let version = try arguments.required(version)
        _ = try registry.load(version)
        try registry.activate(version)
        StandardOutput().write("model \(version) is live\n")
        return .success
    }

    private static let rollBack = Command(
        "rollback", summary: "Makes the version live again that was so before.", parameters: folders
    ) { arguments in
        let registry = try ModelFolder.registry(arguments)
        let version = try registry.previous()
        _ = try registry.load(version)
        try registry.rollBack()
        StandardOutput().write("model \(version) is live\n")
        return .success
    }

    private static let compare = Command(
        "compare", summary: "Two versions side by side on the same held-out cases, with significance.",
        parameters: [first, second, json] + CommonOptions.all
    ) { arguments in
        let offline = try CommonOptions.offline(arguments)
        defer { offline.close() }
        let report = try await offline.learner.compare(
            arguments.required(first), arguments.required(second), progress: CommonOptions.progress(arguments))
        StandardOutput().write(arguments[json] ?? false ? report.json() : report.text())
        return .success
    }

    private static let output = Option.string(
        "output", valueName: "FILE", help: "Where the page goes.", defaultText: "cascade-VERSION.html")

    private static let report = Command(
        "report", summary: "A page (HTML) on a version: how it learned, how good it is, for whom.",
        discussion: "Measures it on the held-out test part. The page needs nothing else: no network, no scripts.",
        parameters: [versionOrLive, output] + CommonOptions.all
    ) { arguments in
        let offline = try CommonOptions.offline(arguments)
        defer { offline.close() }
        let version = try ModelFolder.version(arguments[versionOrLive], in: ModelFolder.registry(arguments))
        let progress = CommonOptions.progress(arguments)
        let page = try await offline.learner.report(of: version, progress: progress).html()
        let path = arguments[output] ?? "cascade-\(version).html"
        try AtomicFile.write(Array(page.utf8), to: path, mode: 0o644)
        StandardOutput().write("\(path)\n")
        return .success
    }
}
