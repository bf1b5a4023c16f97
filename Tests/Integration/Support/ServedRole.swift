import Foundation
import Glibc
import TestSupport

/// `cascade serve ROLE` as a process, on free ports; it ends with the object.
final class ServedRole {
    private let name: String
    private let process: Process
    private let output: URL
    private let log: URL

    /// Starts it; what it prints lies in a folder.
    init(
        _ name: String, environment: [String: String], on device: SmallDevice? = nil,
        printingTo folder: TemporaryDirectory
    ) throws {
        self.name = name
        let file = "\(name)-\(UUID().uuidString)"
        output = URL(filePath: folder.file("\(file).output"))
        log = URL(filePath: folder.file("\(file).log"))
        process = try Program.start(
            ["serve", name, "--json", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"], environment: environment,
            on: device, output: output, errors: log)
    }

    deinit { kill() }

    /// What it has logged.
    var logged: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// The port that its callers use; only once it is ready.
    var port: UInt16 {
        let address = Program.lines(output).first?["address"] as? String
        return address?.split(separator: ":").last.flatMap { UInt16($0) } ?? 0
    }

    /// Waits until it is ready. - Returns: its admin port.
    @discardableResult
    func becomeReady() async throws -> UInt16 {
        var port: Int?
        try await wait("it is ready") {
            port = (Program.lines(output).first?["admin"] as? String).flatMap(URL.init(string:))?.port
            return port != nil
        }
        return UInt16(port ?? 0)
    }

    /// Waits for a condition while it runs, for two minutes at most.
    /// - Throws: when that is over, or the process is.
    func wait(_ what: String, for condition: () throws -> Bool) async throws {
        let deadline = Date(timeIntervalSinceNow: 120)
        while try !condition() {
            guard process.isRunning, Date() < deadline else {
                let state = process.isRunning ? "not in time" : "it ended"
                throw TestFailure("\(name): \(state): \(what)\n\(logged.suffix(3_000))")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Ends it at once, as a crash would.
    func kill() {
        guard process.isRunning else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Asks it to end. - Returns: see ``exit()``.
    func stop() async throws -> Int32? {
        Glibc.kill(process.processIdentifier, SIGTERM)
        return try await exit()
    }

    /// Waits for its end, for a minute at most.
    /// - Returns: its exit code; nil when a signal ended it, or nothing did.
    func exit() async throws -> Int32? {
        let deadline = Date(timeIntervalSinceNow: 60)
        while process.isRunning {
            guard Date() < deadline else { return nil }
            try await Task.sleep(for: .milliseconds(10))
        }
        return process.terminationReason == .exit ? process.terminationStatus : nil
    }
}
