import Foundation

/// A folder for one test, gone with it.
final class TemporaryFiles {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "cascade-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
