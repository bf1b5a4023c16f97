import Foundation
import TestSupport

/// The servers and the processes that the tests of this suite share.
final class SplitSystem: Sendable {
    let kafka: KafkaServer
    let redis: RedisServer
    let cascade: SplitCascade

    static let isAvailable = KafkaServer.isAvailable && RedisServer.isInstalled

    /// Started by the first test; the last one ends the processes.
    static let shared = Result { try SplitSystem() }

    private init() throws {
        // Of their own: tests kill them.
        kafka = try KafkaServer()
        redis = try RedisServer()
        cascade = try SplitCascade(kafka: kafka.address, redis: "127.0.0.1:\(redis.port)")
    }

    private var prefix: String { cascade.environment["CASCADE_KAFKA_PREFIX"] ?? "" }

    /// Writes a record to the events' topic as any producer would: with kcat, whose partitioner is not Kafka's.
    func produce(key: String, _ value: String) throws {
        try shell(
            "printf '%s\\n' \"$2\" | kcat -P -b \"$0\" -t \"$1\" -K '|'", kafka.address, "\(prefix).user-events",
            "\(key)|\(value)")
    }

    /// The values of all records of a topic.
    func consume(_ topic: String) throws -> String {
        try shell("kcat -C -q -e -b \"$0\" -t \"$1\" -f '%s\\n'", kafka.address, "\(prefix).\(topic)")
    }

    @discardableResult
    private func shell(_ script: String, _ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/timeout")
        process.arguments = ["20", "/bin/sh", "-c", script] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestFailure("\(script) ended with \(process.terminationStatus): \(text)")
        }
        return text
    }
}
