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

    func write(_ bytes: [UInt8], to name: String = "file") throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }

    func write(_ text: String, to name: String = "file") throws -> String {
        try write(Array(text.utf8), to: name)
    }

    /// The bytes as the `gzip` of the system compresses them.
    func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        let plain = try write(bytes, to: "plain-\(UUID().uuidString)")
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-n", plain]
        try process.run()
        process.waitUntilExit()
        return Array(try Data(contentsOf: URL(filePath: plain + ".gz")))
    }
}
