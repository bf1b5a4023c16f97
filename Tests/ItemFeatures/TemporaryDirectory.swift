import Foundation

/// A folder that is removed with the object.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "cascade-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    /// Removes a SQLite file with what belongs to it.
    func removeDatabase(_ name: String) {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file(name) + suffix) }
    }

    /// All bytes of the files whose names begin with a text.
    func bytes(ofFilesBeginning prefix: String) throws -> Data {
        var bytes = Data()
        for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted() where name.hasPrefix(prefix) {
            bytes += try Data(contentsOf: URL(fileURLWithPath: file(name)))
        }
        return bytes
    }
}
