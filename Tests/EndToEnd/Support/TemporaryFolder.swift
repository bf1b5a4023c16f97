import Foundation

/// A folder that goes away with its owner.
final class TemporaryFolder: Sendable {
    let url: URL

    var path: String { url.path }

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "cascade-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    struct Output {
        let url: URL
        let handle: FileHandle

        var text: String { get throws { try String(contentsOf: url, encoding: .utf8) } }
    }

    /// A new file that a process can write to.
    func file(_ name: String) throws -> Output {
        let url = url.appending(path: name)
        try Data().write(to: url)
        return Output(url: url, handle: try FileHandle(forWritingTo: url))
    }

    /// Writes a file and returns its path.
    func write(_ text: String, to name: String) throws -> String {
        let url = url.appending(path: name)
        try Data(text.utf8).write(to: url)
        return url.path
    }
}
