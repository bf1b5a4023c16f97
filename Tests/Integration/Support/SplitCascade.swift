import Foundation
import TestSupport

/// `cascade up --split --json` over real servers, with a small world and a small model.
final class SplitCascade: @unchecked Sendable {
    struct Role {
        let name: String
        let process: Int32
        let adminPort: UInt16
    }

    let port: UInt16
    let folder: TemporaryDirectory
    let environment: [String: String]
    private let process: Process
    private let output: URL
    private let log: URL

    /// Makes a world and starts; returns once all roles are ready.
    /// - Parameter arguments: further ones of `cascade up --split`.
    init(kafka: String, redis: String?, arguments: [String] = []) throws {
        folder = try TemporaryDirectory()
        output = URL(filePath: folder.file("output"))
        log = URL(filePath: folder.file("log"))
        let settings = "{training: {epochs: 2, rankerEpochs: 2, dimensions: 16}, recall: {candidates: 50}}"
        var environment = [
            "CASCADE_DATA": folder.file("data"), "CASCADE_KAFKA": kafka, "CASCADE_PARTITIONS": "4",
            "CASCADE_KAFKA_PREFIX": KafkaServer.uniquePrefix(),
            "CASCADE_CONFIG": try folder.write(settings, to: "settings.json5"),
        ]
        environment["CASCADE_REDIS"] = redis
        self.environment = environment
        let world = try Program.run(
            ["demo", "--items", "300", "--users", "200", "--events", "8000", "--if-empty"], environment: environment,
            log: log)
        guard world.status == 0 else { throw TestFailure("cascade demo: \(world.text)") }
        process = try Program.start(
            ["up", "--split", "--json", "--no-demo", "--port", "0"] + arguments, environment: environment,
            output: output, errors: log)
        var ready: [String: Any]?
        let deadline = Date(timeIntervalSinceNow: 120)
        while ready == nil {
            ready = Program.lines(output).first
            if ready == nil { Thread.sleep(forTimeInterval: 0.02) }
            guard process.isRunning, Date() < deadline else {
                kill(process.processIdentifier, SIGKILL)
                throw TestFailure("not ready: \(try String(contentsOf: log, encoding: .utf8))")
            }
        }
        guard let url = ready?["gateway"] as? String, let port = URL(string: url)?.port else {
            throw TestFailure("no gateway in \(ready ?? [:])")
        }
        self.port = UInt16(port)
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// What all have logged.
    var logged: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// The roles as they were printed, the last word on each.
    var roles: [Role] {
        let lines = Program.lines(output)
        let first = lines.first?["roles"] as? [[String: Any]] ?? []
        var roles: [Role] = []
        for object in first + lines.dropFirst() {
            guard let name = object["role"] as? String, let process = object["pid"] as? Int,
                let admin = (object["admin"] as? String).flatMap(URL.init(string:))?.port
            else { continue }
            roles.removeAll { $0.name == name && $0.adminPort == UInt16(admin) }
            roles.append(Role(name: name, process: Int32(process), adminPort: UInt16(admin)))
        }
        return roles
    }

    func role(_ name: String) throws -> Role {
        guard let role = roles.first(where: { $0.name == name }) else { throw TestFailure("no role \(name)") }
        return role
    }

    /// The sum of a metric over its labels, as a role's process shows it.
    func metric(_ name: String, of role: String) throws -> Double {
        try WebClient.metric(name, at: self.role(role).adminPort)
    }

    /// Asks it to end. - Returns: its exit code; nil when it took longer than half a minute, or a signal ended it.
    func stop() -> Int32? {
        kill(process.processIdentifier, SIGTERM)
        let deadline = Date(timeIntervalSinceNow: 30)
        while process.isRunning {
            guard Date() < deadline else { return nil }
            Thread.sleep(forTimeInterval: 0.01)
        }
        return process.terminationReason == .exit ? process.terminationStatus : nil
    }
}
