package import Foundation

/// A folder for one test, removed with the object.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "cascade-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Removes a SQLite file with what belongs to it.
    package func removeDatabase(_ name: String) {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file(name) + suffix) }
    }

    /// All bytes of the files whose names begin with a text.
    package func bytes(ofFilesBeginning prefix: String) throws -> Data {
        var bytes = Data()
        for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted() where name.hasPrefix(prefix) {
            bytes += try Data(contentsOf: URL(fileURLWithPath: file(name)))
        }
        return bytes
    }

    package func write(_ bytes: [UInt8], to name: String = "file") throws -> String {
        try Data(bytes).write(to: URL(filePath: file(name)))
        return file(name)
    }

    package func write(_ text: String, to name: String = "file") throws -> String {
        try write(Array(text.utf8), to: name)
    }
}
