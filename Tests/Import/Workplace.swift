import Foundation
import Import

/// A folder for one test, with files and a data folder in it; removed at the end.
final class Workplace {
    static let now: Int64 = 1_764_000_000_000
    let folder: URL
    let sink = FakeSink()

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "import-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appending(path: "data"), withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var dataFolder: String { folder.appending(path: "data").path }

    /// Writes a file and returns its path.
    func file(_ name: String, _ text: String, encoding: String.Encoding = .utf8) throws -> String {
        try bytes(name, text.data(using: encoding) ?? Data())
    }

    func bytes(_ name: String, _ data: Data) throws -> String {
        let url = folder.appending(path: name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
        return url.path
    }

    /// Packs a file with the system's gzip.
    func gzipped(_ path: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-f", path]
        try process.run()
        process.waitUntilExit()
        return path + ".gz"
    }

    func run(_ source: ImportSource, limit: Int = 1_000_000, rejectLimit: Int = 1000) async throws -> ImportSummary {
        try await Importer(
            sink: sink, dataFolder: dataFolder, now: Self.now, limit: limit, rejectLimit: rejectLimit
        ).run(source)
    }

    /// The error of an import that must fail.
    func failure(_ source: ImportSource, limit: Int = 1_000_000) async -> ImportError? {
        do {
            _ = try await run(source, limit: limit)
            return nil
        } catch {
            return error as? ImportError
        }
    }

    /// Lines of the reject file without its head: line number and reason.
    func rejects(_ summary: ImportSummary) throws -> [(line: String, reason: String)] {
        guard let path = summary.rejectFile else { return [] }
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst().map { row in
            let fields = row.split(separator: "\t", omittingEmptySubsequences: false)
            return (String(fields[0]), String(fields[1]))
        }
    }

    /// The shared data sets, nil where they are not there.
    static let shared: URL? = {
        if let path = ProcessInfo.processInfo.environment["CASCADE_SHARED"] { return existing(URL(filePath: path)) }
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while folder.path != "/" {
            folder = folder.deletingLastPathComponent()
            if let found = existing(folder.appending(path: "shared")) { return found }
        }
        return nil
    }()

    private static func existing(_ url: URL) -> URL? {
        FileManager.default.fileExists(atPath: url.appending(path: "data").path) ? url : nil
    }
}
