import Foundation
import TestSupport

/// `cascade up` as a process of its own, on a port that the system chose.
final class RunningProduct {
    private let process = Process()
    private let folder: TemporaryFolder
    private let log: TemporaryFolder.Output
    private(set) var port: UInt16 = 0

    /// Starts it and returns once it is ready; with `isReady` false, once it listens.
    init(
        data: String, arguments: [String] = ["--no-demo"], environment: [String: String] = [:], isReady: Bool = true,
        on device: SmallDevice? = nil, within seconds: Double = 120
    ) throws {
        folder = try TemporaryFolder()
        log = try folder.file("log")
        let readyFile = folder.url.appending(path: "ready.json")
        let command = [Product.cascade, "up", "--data", data, "--port", "0", "--ready-file", readyFile.path]
        process.setCommand(command + arguments, on: device)
        // A machine that runs all tests at once is slow: what is asserted must not depend on it.
        let patient = ["CASCADE_DEADLINE_MS": "60000"].merging(environment) { $1 }
        process.environment = ProcessInfo.processInfo.environment.merging(patient) { $1 }
        process.standardOutput = log.handle
        process.standardError = log.handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        if isReady {
            try wait("ready", within: seconds) { FileManager.default.fileExists(atPath: readyFile.path) }
        }
        let listening = #/listening on http://[^ ]*:(\d+)/#
        try wait("listening", within: seconds) {
            guard let match = output.firstMatch(of: listening), let number = UInt16(match.1) else { return false }
            port = number
            return true
        }
    }

    deinit {
        if process.isRunning { killNow() }
    }

    /// What it has printed so far.
    var output: String { (try? log.text) ?? "" }

    var isRunning: Bool { process.isRunning }

    var identifier: Int32 { process.processIdentifier }

    /// Waits for a condition; that the process ends is an error.
    func wait(_ what: String, within seconds: Double = 30, for condition: () throws -> Bool) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while try !condition() {
            guard process.isRunning else { throw TestFailure("cascade up ended before '\(what)': \(output)") }
            guard Date() < deadline else { throw TestFailure("no '\(what)' after \(seconds) s: \(output)") }
            RunLoop.current.run(until: Date(timeIntervalSinceNow: 0.01))
        }
    }

    /// Ends it the hard way: nothing can be finished or written out.
    func killNow() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Asks it to end the orderly way.
    func askToStop() { kill(process.processIdentifier, SIGTERM) }

    /// Ends it the orderly way.
    /// - Returns: its exit code, or nil when a signal ended it.
    func stop() -> Int32? {
        askToStop()
        return exitCode()
    }

    /// Waits for its end.
    func exitCode() -> Int32? {
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : nil
    }

    func get(_ target: String, headers: [String] = []) throws -> HTTPAnswer {
        try HTTPAnswer(port: port, "GET", target, headers: headers)
    }

    func send(_ method: String, _ target: String, _ body: String = "") throws -> HTTPAnswer {
        try HTTPAnswer(port: port, method, target, body: Array(body.utf8))
    }

    /// The ids of a list's items.
    func items(_ target: String) throws -> [String] { try get(target).itemIDs }

    /// The items of a user's history, newest first.
    func history(_ user: String) throws -> [String] {
        let answer = try get("/users/\(user)")
        guard answer.status == 200, let history = try answer.json["history"] as? [[String: Any]] else {
            throw TestFailure("\(user): \(answer.status) \(answer.body)")
        }
        return history.compactMap { $0["item"] as? String }
    }
}
