import Contracts
import Domain
import EventLog
import TestSupport
import Testing
import UserFeatures

@Suite struct ReplicaTests {
    private let log = MemoryLog(partitions: 4)
    private let topics = Topics()

    private func click(_ id: String, _ user: String, item: String = "i1", time: Int64 = 10) -> NewRecord {
        let event = Event(id: id, type: "click", user: user, items: [item], timestamp: time)
        return NewRecord(
            topic: topics.userEvents, key: user, value: EventJSON.encoded(event), timestamp: time)
    }

    private func json(_ text: String, user: String, partition: Int? = nil) -> NewRecord {
        NewRecord(
            topic: topics.userEvents, key: user, value: Array(text.utf8), timestamp: 1_764_000_000_000,
            partition: partition)
    }

    private func header(_ name: String, of record: LogRecord) -> String? {
        record.headers.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
    }

    private func home(_ user: String) -> Int { Murmur2.partition(of: user, count: 4) }

    @Test func eachReplicaAnswersForItsUsersAndSaysSoOfOthers() async throws {
        let systems = [
            try await ReplicaSystem(in: TemporaryDirectory(), log: log, replica: (0, 3)),
            try await ReplicaSystem(in: TemporaryDirectory(), log: log, replica: (1, 3)),
            try await ReplicaSystem(in: TemporaryDirectory(), log: log, replica: (2, 3)),
        ]
        #expect(systems.map(\.users.partitions) == [[0, 3], [1], [2]])
        let users = (0..<40).map { "u\($0)" }
        try log.store(users.map { click("e-\($0)", $0) })
        for system in systems { try await system.catchUp() }
        for user in users {
            let owner = home(user) % 3
            #expect(try await systems[owner].state(of: user)?.version == 1)
            let error = await #expect(throws: UserFeaturesError.self) {
                _ = try await systems[(owner + 1) % 3].state(of: user)
            }
            #expect(error?.code == .foreignPartition)
            #expect(error?.message.contains("CASCADE_USER_FEATURES") == true)
            await #expect(throws: UserFeaturesError.self) { _ = try await systems[(owner + 1) % 3].users.erase(user) }
        }
    }

    @Test func aRepeatedEventHasNoEffect() async throws {
        let directory = try TemporaryDirectory()
        var system: ReplicaSystem? = try await ReplicaSystem(in: directory, log: log)
        try log.store([click("a", "u"), click("b", "u"), click("a", "u"), click("a", "v")])
        try await system?.catchUp()
        #expect(try await system?.state(of: "u")?.version == 2)
        #expect(try await system?.state(of: "v")?.version == 1)
        #expect(system?.counts("cascade_user_events_duplicate_total 1") == true)
        try await system?.users.flush()
        system = nil
        system = try await ReplicaSystem(in: directory, log: log)
        try log.store([click("b", "u"), click("c", "u")])
        try await system?.catchUp()
        #expect(try await system?.state(of: "u")?.version == 3)
        // The newest 64 are remembered.
        try log.store((0..<64).map { click("n\($0)", "u") } + [click("n0", "u"), click("b", "u")])
        try await system?.catchUp()
        #expect(try await system?.state(of: "u")?.version == 3 + 64 + 1)
    }

    @Test func anEventWithoutIDOrTimeGetsThemFromItsPlace() async throws {
        let system = try await ReplicaSystem(in: TemporaryDirectory(), log: log)
        let text = #"{"type":"view","user":"u","item":"i3"}"#
        try log.store([json(text, user: "u"), json(text, user: "u")])
        try await system.catchUp()
        let state = try #require(try await system.state(of: "u"))
        #expect(state.version == 2)
        #expect(state.history.map(\.timestamp) == [1_764_000_000_000, 1_764_000_000_000])
    }

    @Test func aRecordElsewhereIsForwardedOnceUnchanged() async throws {
        let system = try await ReplicaSystem(in: TemporaryDirectory(), log: log)
        var record = click("a", "u")
        record.key = ""
        record.partition = (home("u") + 1) % 4
        record.headers = [RecordHeader("theirs", "kept")]
        try log.store([record])
        await eventually { system.counts(#"cascade_user_events_total{kind="interaction"} 1"#) }
        #expect(try await system.state(of: "u")?.version == 1)
        let forwarded = try #require(log.records(topics.userEvents).first { $0.partition == home("u") })
        #expect(forwarded.value == record.value && forwarded.key.isEmpty && forwarded.timestamp == record.timestamp)
        #expect(header("theirs", of: forwarded) == "kept")
        #expect(header("cascade-forwarded", of: forwarded) == "\(record.partition!)/0")
        #expect(system.counts("cascade_user_events_forwarded_total 1"))
        // The copy of a copy, as after a kill.
        try log.store([
            NewRecord(
                topic: topics.userEvents, key: "", value: forwarded.value, timestamp: forwarded.timestamp,
                headers: forwarded.headers, partition: home("u"))
        ])
        // Forwarded once and still elsewhere.
        try log.store([
            NewRecord(
                topic: topics.userEvents, key: "", value: forwarded.value, timestamp: 0, headers: forwarded.headers,
                partition: (home("u") + 2) % 4)
        ])
        try await system.catchUp()
        #expect(try await system.state(of: "u")?.version == 1)
        await eventually { log.records(topics.deadLetter).count == 1 }
        #expect(header("cascade-reason", of: log.records(topics.deadLetter)[0]) == "misplaced")
        #expect(log.records(topics.userEvents).count == 4)
    }

    @Test func whatCannotBeTakenInIsADeadLetterWithItsBytes() async throws {
        let system = try await ReplicaSystem(in: TemporaryDirectory(), log: log)
        let bad: [(NewRecord, String)] = [
            (json("{", user: "k"), "unreadable"), (json("", user: "k"), "unreadable"),
            (json(#"{"type":"click","item":"i1"}"#, user: "k"), "no-user"),
            (json(#"{"type":"click","user":"u","item":"i1","ts":1764000000}"#, user: "u"), "unreadable"),
            (json(#"{"type":"$later","user":"u"}"#, user: "u"), "unknown-type"),
            (json(#"{"type":"click","user":"u","item":"nothing"}"#, user: "u"), "unknown-item"),
        ]
        for (record, reason) in bad {
            let count = log.records(topics.deadLetter).count
            let outcome = try log.store([record])
            await eventually { log.records(topics.deadLetter).count > count }
            let place = Murmur2.partition(of: record.key, count: 4)
            let letter = try #require(
                log.records(topics.deadLetter).last { header("cascade-reason", of: $0) == reason })
            #expect(letter.value == record.value && letter.key == record.key)
            #expect(header("cascade-topic", of: letter) == topics.userEvents)
            #expect(header("cascade-partition", of: letter) == "\(place)")
            if case .appended(_, let offset) = outcome[0] {
                #expect(header("cascade-offset", of: letter) == "\(offset)")
            }
            #expect(header("cascade-detail", of: letter)?.isEmpty == false)
            #expect(letter.timestamp > 1_764_000_000_000)
        }
        #expect(system.counts(#"cascade_user_dead_letters_total{reason="unreadable"} 3"#))
        // Impressions of several items count for those that are known.
        let impression = json(#"{"type":"impression","user":"u","items":["i1","nothing"]}"#, user: "u")
        try log.store([impression, click("good", "u")])
        try await system.catchUp()
        #expect(try await system.state(of: "u")?.version == 1)
        #expect(log.records(topics.deadLetter).count == bad.count)
    }

    @Test func anItemThatIsNewerThanTheCatalogueIsWaitedForOnceABatch() async throws {
        let catalogue = TestCatalogue(items: 5, publishedItems: 10)
        try log.store((0..<8).map { click("\($0)", "u", item: "i\($0 + 5)") })
        let system = try await ReplicaSystem(in: TemporaryDirectory(), log: log, catalogue: catalogue)
        #expect(try await system.state(of: "u")?.version == 5)
        #expect(catalogue.catchUps == 1)
        await eventually { log.records(topics.deadLetter).count == 3 }
        try log.store([click("9", "u", item: "i20")])
        await eventually { log.records(topics.deadLetter).count == 4 }
        #expect(catalogue.catchUps == 2)
    }

    @Test func nothingIsLostWhileTheDeadLetterTopicCannotBeWritten() async throws {
        let directory = try TemporaryDirectory()
        var system: ReplicaSystem? = try await ReplicaSystem(in: directory, log: log)
        log.fail(topics.deadLetter, with: LogError(.overloaded, "later"))
        try log.store([click("1", "u"), json("{", user: "u")])
        try await system?.catchUp()
        #expect(try await system?.users.flush() == false, "no checkpoint covers what is not written")
        #expect(try await system?.state(of: "u")?.version == 1)
        system = nil
        log.fail(topics.deadLetter, with: nil)
        system = try await ReplicaSystem(in: directory, log: log)
        #expect(try await system?.users.flush() == true)
        #expect(log.records(topics.deadLetter).count == 1)
    }

    @Test func aForwardedRecordThatTheLogRefusesStopsNoOther() async throws {
        let system = try await ReplicaSystem(in: TemporaryDirectory(), log: log)
        log.fail(topics.deadLetter, with: LogError(.invalidRecord, "too long"))
        try log.store([json("{", user: "u"), click("1", "u")])
        try await system.catchUp()
        #expect(try await system.users.flush())
        #expect(system.counts("cascade_user_events_unwritable_total 1"))
    }

    @Test func retentionThatOvertakesAReplicaIsCounted() async throws {
        let directory = try TemporaryDirectory()
        try log.store((0..<5).map { click("\($0)", "u") })
        try await ReplicaSystem(in: directory, log: log).close()
        try log.store((5..<9).map { click("\($0)", "u") })
        log.trim(topics.userEvents, lane: home("u"), before: 7)
        let system = try await ReplicaSystem(in: directory, log: log)
        #expect(try await system.state(of: "u")?.version == 7)
        #expect(system.counts("cascade_user_events_missed_total 2"))
    }
}
