import EventLog
import TestSupport
import Testing

/// Two processes of a role that there may be one of.
@Suite(.enabled(if: KafkaServer.isAvailable)) struct OwnershipTests {
    @Test(arguments: ["item-features", "user-features"])
    func theOlderOfTwoEndsAndSaysWhatToDo(role: String) async throws {
        let system = try FeatureSystem(partitions: 2)
        let older = try system.start(role, data: "older")
        try await older.becomeReady()
        let newer = try system.start(role, data: "newer")
        try await newer.becomeReady()
        let status = try #require(try await older.exit(), "\(older.logged)")
        #expect(status != 0)
        #expect(older.logged.contains("another process"), "\(older.logged)")
        #expect(older.logged.contains(role == "item-features" ? "run one item-features" : "CASCADE_REPLICA"))
        #expect(try await newer.stop() == 0, "\(newer.logged)")
        system.log.close()
    }
}
