import Foundation
import TestSupport

/// The built product, used as a user does: by its command line.
enum Product {
    static let root: URL = {
        var folder = URL(fileURLWithPath: #filePath)
        while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    /// The release build of `make build`.
    static let cascade = root.appending(path: ".build/release/cascade").path
    static let loadtest = root.appending(path: ".build/release/loadtest").path

    static var isBuilt: Bool { [cascade, loadtest].allSatisfy(FileManager.default.isExecutableFile(atPath:)) }

    static let skipReason = "there is no release build: 'make build' makes one"

    /// What a finished command left.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String

        var json: [String: Any] {
            get throws {
                let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
                guard let object = value as? [String: Any] else { throw TestFailure("not a JSON object: \(output)") }
                return object
            }
        }
    }

    /// Runs a command to its end; one that does not end within two minutes is an error.
    static func run(
        _ arguments: [String], program: String = cascade, environment: [String: String] = [:],
        on device: SmallDevice? = nil
    ) throws -> Outcome {
        let folder = try TemporaryFolder()
        let process = Process()
        process.setCommand([program] + arguments, on: device)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = try folder.file("stdout")
        let errors = try folder.file("stderr")
        process.standardOutput = output.handle
        process.standardError = errors.handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let deadline = Date(timeIntervalSinceNow: 120)
        while process.isRunning {
            guard Date() < deadline else {
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                throw TestFailure("\(arguments) did not end: \(try output.text) \(try errors.text)")
            }
            RunLoop.current.run(until: Date(timeIntervalSinceNow: 0.01))
        }
        return Outcome(status: process.terminationStatus, output: try output.text, errors: try errors.text)
    }
}
