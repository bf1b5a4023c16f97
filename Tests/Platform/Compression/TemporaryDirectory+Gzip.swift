import Foundation
import TestSupport

extension TemporaryDirectory {
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
