import Foundation
import TestSupport

/// The product's executable: `CASCADE_EXECUTABLE`, else the release build where there is one, else the one built with the
/// tests.
enum Program {
    private static let root: URL = {
        var folder = URL(filePath: #filePath)
        while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    static let path: String = {
        if let path = ProcessInfo.processInfo.environment["CASCADE_EXECUTABLE"] { return path }
        let builds = ["release", "debug"].map { root.appending(path: ".build/\($0)/cascade").path }
        return builds.first(where: FileManager.default.isExecutableFile(atPath:)) ?? builds[1]
    }()

    /// Runs a command to its end, for three minutes at most.
    /// - Returns: its exit code and what it printed on both outputs.
    static func run(
        _ arguments: [String], environment: [String: String], log: URL
    ) throws -> (status: Int32, text: String) {
        let process = try start(arguments, environment: environment, output: log, errors: log)
        let deadline = Date(timeIntervalSinceNow: 180)
        while process.isRunning {
            guard Date() < deadline else {
                kill(process.processIdentifier, SIGKILL)
                throw TestFailure("\(arguments) did not end")
            }
            Thread.sleep(forTimeInterval: 0.01)
        }
        return (process.terminationStatus, try String(contentsOf: log, encoding: .utf8))
    }

    /// - Parameter device: a device that it sees.
    static func start(
        _ arguments: [String], environment: [String: String], on device: SmallDevice? = nil, output: URL, errors: URL
    ) throws -> Process {
        let process = Process()
        let command = (device?.enter ?? []) + [path] + arguments
        process.executableURL = URL(filePath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("CASCADE_") }
            .merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try handle(output)
        process.standardError = try handle(errors)
        try process.run()
        return process
    }

    /// The lines of JSON that a command has written so far.
    static func lines(_ file: URL) -> [[String: Any]] {
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap {
            (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
        }
    }

    private static func handle(_ url: URL) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: url.path) { try Data().write(to: url) }
        let handle = try FileHandle(forWritingTo: url)
        try handle.seekToEnd()
        return handle
    }
}
