import Foundation
import Synchronization

/// A real Kafka broker on a free loopback port, for tests. It ends with the test process, however that ends.
///
///     @Suite(.enabled(if: KafkaServer.isAvailable)) struct …
///     let kafka = try KafkaServer.shared()
///     let log = try KafkaLog(…brokers: kafka.address, topics with the prefix KafkaServer.uniquePrefix())
///
/// Starting one takes 3 to 15 seconds and 400 MB: use ``shared()``, except where a test stops or pauses it.
package final class KafkaServer: Sendable {
    /// `host:port`; the same after a restart.
    package let address: String
    private let directory: String
    private let folder: String

    /// Whether a broker can be started here; prints why not.
    package static let isAvailable: Bool = {
        guard SharedFolder.path("servers/kafka/start") != nil else {
            print("skipped: tests with Kafka, as ../shared/servers/kafka is not there")
            return false
        }
        guard (try? Script.run("/bin/sh", ["-c", "command -v java"])) != nil else {
            print("skipped: tests with Kafka, as there is no java")
            return false
        }
        return true
    }()

    private static let one = Result { try KafkaServer() }

    /// The broker that all tests of the process share, started at the first call. Topics need a prefix of their own.
    package static func shared() throws -> KafkaServer {
        try one.get()
    }

    /// A prefix for topics that no other test has.
    package static func uniquePrefix() -> String {
        "test-\(UUID().uuidString.lowercased().prefix(13))"
    }

    /// Starts a broker of one's own. Topics must be made before they are used.
    package init() throws {
        guard let folder = SharedFolder.path("servers/kafka") else {
            throw Script.Failure(description: "../shared/servers/kafka is not there")
        }
        self.folder = folder
        directory = FileManager.default.temporaryDirectory.appending(path: "cascade-kafka-\(UUID().uuidString)").path
        Self.stopWithThisProcess(folder: folder, directory: directory)
        address = try Self.start(folder, directory, port: nil)
    }

    deinit { stop() }

    /// Ends it as a crash would, at once.
    package func kill() throws {
        _ = try Script.run("\(folder)/stop", [directory, "--now"])
    }

    /// Starts it again on the same data and port.
    package func restart() throws {
        let port = address.split(separator: ":").last.map(String.init)
        _ = try Self.start(folder, directory, port: port)
    }

    /// Stops the process without ending it: connections stay open, nothing is answered.
    package func pause() throws { try signal("STOP") }

    /// Lets it go on after ``pause()``.
    package func resume() throws { try signal("CONT") }

    /// Ends it and removes its data.
    package func stop() {
        _ = try? Script.run("\(folder)/stop", [directory, "--now"])
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Runs one of Kafka's own tools, `topics` for example, against it. - Returns: what it prints.
    package func tool(_ name: String, _ arguments: String...) throws -> String {
        try Script.run("\(folder)/tool", [name, "--bootstrap-server", address] + arguments)
    }

    private func signal(_ name: String) throws {
        let pid = try String(contentsOfFile: "\(directory)/pid", encoding: .utf8)
        _ = try Script.run("/bin/kill", ["-\(name)", pid.trimmingCharacters(in: .whitespacesAndNewlines)])
    }

    /// The script gives up after half a minute, which a busy machine may take longer than.
    private static func start(_ folder: String, _ directory: String, port: String?) throws -> String {
        let port = try port ?? Script.run("/usr/bin/python3", ["-c", freePort])
        let start = Script.quoted("\(folder)/start") + " " + Script.quoted(directory) + " \(port)"
        let wait =
            "for _ in $(seq 500); do (exec 3<>/dev/tcp/127.0.0.1/\(port)) 2>/dev/null && exit 0; sleep 0.1; done; exit 1"
        _ = try Script.run("/bin/bash", ["-c", "KAFKA_AUTO_CREATE=false \(start) || { \(wait); }"])
        return "127.0.0.1:\(port)"
    }

    private static let freePort =
        "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"

    /// A shell that waits for the end of the test process, then ends the broker and removes its data.
    private static func stopWithThisProcess(folder: String, directory: String) {
        let process = ProcessInfo.processInfo.processIdentifier
        let directory = Script.quoted(directory)
        Script.start(
            "while kill -0 \(process); do sleep 0.5; done; \(Script.quoted("\(folder)/stop")) \(directory) --now; rm -rf \(directory)"
        )
    }
}
