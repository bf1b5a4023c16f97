import Foundation

/// A data directory with the small world and a model trained on it: made once, copied for each test.
struct TrainedData {
    private static let original = Result {
        let data = try TrainedData(empty: ())
        let files = try TemporaryFolder()
        for arguments in [
            ["import", "csv", try files.write(SmallWorld.csv, to: "events.csv")],
            [
                "import", "csv", try files.write(SmallWorld.catalogue, to: "items.csv"), "--kind", "items",
                "--categories", "kind",
            ],
            ["train"],
        ] {
            let outcome = try Product.run(arguments + ["--data", data.path])
            guard outcome.status == 0 else { throw TestFailure("\(arguments): \(outcome.errors)") }
        }
        return data
    }

    let folder: TemporaryFolder

    var path: String { folder.path + "/data" }

    /// A copy of its own.
    init() throws {
        let source = try Self.original.get()
        self = try TrainedData(empty: ())
        try FileManager.default.copyItem(atPath: source.path, toPath: path)
    }

    private init(empty: Void) throws { folder = try TemporaryFolder() }

    /// The folder of the live model.
    func bundle() throws -> URL {
        let active = try String(contentsOfFile: path + "/models/ACTIVE", encoding: .utf8)
        // The versions that were live before stand below.
        let version = active.prefix { $0 != "\n" }
        return URL(fileURLWithPath: path + "/models/" + version)
    }
}
