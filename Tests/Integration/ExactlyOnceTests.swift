import Contracts
import Domain
import EventLog
import Synchronization
import TestSupport
import Testing

/// The processes of the features roles over a real Kafka: what is killed loses nothing and counts nothing twice.
@Suite(.enabled(if: KafkaServer.isAvailable)) struct ExactlyOnceTests {
    private static let partitions = 4
    private static let items = 200

    @Test func killedAtRandomWhileEventsFlowUserFeaturesEndsWithTheStateOfAnUninterruptedRun() async throws {
        let system = try FeatureSystem(partitions: Self.partitions)
        let items = try system.start("item-features")
        try await items.becomeReady()
        try await system.putItems(Self.items)
        let isSent = Atomic(false)
        async let sent = send(50_000, to: system, isSent)
        let kills = try await killAtRandom(atLeast: 8, in: system) { isSent.load(ordering: .acquiring) }
        let effects = try await sent

        let users = try system.start("user-features")
        _ = try await system.takenIn(by: users)
        #expect(try await users.stop() == 0, "\(users.logged)")
        #expect(try await items.stop() == 0, "\(items.logged)")
        let result = try system.stored()
        try expect(result, toCover: system)
        #expect(try result.rows.mapValues { try version(of: $0) } == effects)
        for lane in 0..<Self.partitions {
            #expect(try system.log.endPosition(topic: system.topics.deadLetter, lane: lane) == .start)
        }
        print("exactly once: \(kills) kills of user-features, \(effects.values.reduce(0, +)) events")

        // The same records, in topics of their own, by a process that nobody disturbs.
        let undisturbed = try FeatureSystem(partitions: Self.partitions)
        try await undisturbed.copy([\.itemUpdates, \.itemFeatures, \.userEvents], of: system)
        let reference = try undisturbed.start("user-features")
        #expect(try await undisturbed.takenIn(by: reference) == Double(effects.values.reduce(0, +)))
        #expect(try await reference.stop() == 0, "\(reference.logged)")
        let expected = try undisturbed.stored()
        try expect(expected, toCover: undisturbed)
        #expect(result.rows == expected.rows)

        // An empty disk, from the changelog alone.
        let rebuilt = try system.start("user-features", data: "empty")
        #expect(try await system.takenIn(by: rebuilt) == 0)
        #expect(try await rebuilt.stop() == 0, "\(rebuilt.logged)")
        #expect(try system.stored(in: "empty").rows == expected.rows)
        undisturbed.log.close()
        system.log.close()
    }

    /// Sends events at about the pace that the kills need. - Returns: the events that are to take effect, by user.
    private func send(
        _ count: Int, to system: FeatureSystem, _ isSent: borrowing Atomic<Bool>
    ) async throws -> [String: UInt64] {
        defer { isSent.store(true, ordering: .releasing) }
        var traffic = Traffic(
            topics: system.topics, partitions: Self.partitions, items: Self.items, users: 500)
        while traffic.count < count {
            _ = try await system.log.appendBulk(traffic.next(500))
            try await Task.sleep(for: .milliseconds(60))
        }
        return traffic.effects
    }

    /// Kills user-features again and again: in the middle of its start, or some time after. - Returns: how often.
    private func killAtRandom(
        atLeast count: Int, in system: FeatureSystem, until isOver: () -> Bool
    ) async throws -> Int {
        var random = SeededGenerator(seed: 11)
        var kills = 0
        repeat {
            let users = try system.start("user-features")
            if kills % 3 != 2 { try await users.becomeReady() }
            try await Task.sleep(for: .milliseconds(Int.random(in: 20..<700, using: &random)))
            users.kill()
            kills += 1
        } while !isOver() || kills < count
        return kills
    }

    /// The files hold all that is in the events' topic.
    private func expect(_ stored: StoredUsers, toCover system: FeatureSystem) throws {
        for lane in 0..<Self.partitions {
            let end = try system.log.endPosition(topic: system.topics.userEvents, lane: lane)
            #expect(stored.places["\(lane) events"] == Int64(end.rawValue))
        }
    }

    /// How many events a stored state has taken in.
    private func version(of row: StoredUsers.Row) throws -> UInt64 {
        try UserState(decoding: row.state).version
    }
}
