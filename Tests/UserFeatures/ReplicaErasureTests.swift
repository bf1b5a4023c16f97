import Contracts
import Domain
import EventLog
import Foundation
import TestSupport
import Testing
import UserFeatures

@Suite struct ReplicaErasureTests {
    private let log = MemoryLog(partitions: 2)
    private let user = "somebody-who-wants-to-be-forgotten"

    private func send(_ ids: [String]) throws {
        try log.store(
            ids.map { id in
                let event = Event(id: id, type: "click", user: user, items: ["i1"], timestamp: 10)
                return NewRecord(
                    topic: Topics().userEvents, key: user, value: EventJSON.encoded(event), timestamp: 10)
            })
    }

    @Test func nothingIsLeftOfAnErasedUserButTheEvents() async throws {
        let directory = try TemporaryDirectory()
        let system = try await ReplicaSystem(in: directory, log: log)
        try send(["1", "2"])
        try await system.catchUp()
        try await system.users.flush()
        #expect(try await system.users.erase(user))
        #expect(try await system.state(of: user) == nil)
        #expect(try directory.bytes(ofFilesBeginning: "users-").range(of: Data(user.utf8)) == nil)
        #expect(log.records(Topics().userFeatures).last { $0.key == user }?.value.isEmpty == true)
        #expect(try await !system.users.erase(user))
        try send(["3"])
        try await system.catchUp()
        #expect(try await system.state(of: user)?.version == 1)
        system.close()

        // From the file, from the changelog, and from the events alone.
        var again = try await ReplicaSystem(in: directory, log: log)
        #expect(try await again.state(of: user)?.version == 1)
        again.close()
        log.compact(Topics().userFeatures)
        again = try await ReplicaSystem(in: TemporaryDirectory(), log: log)
        #expect(try await again.state(of: user)?.version == 1)
        again.close()
        let events = MemoryLog(partitions: 2)
        try events.store(
            log.records(Topics().userEvents).map {
                NewRecord(topic: $0.topic, key: $0.key, value: $0.value, timestamp: $0.timestamp)
            })
        again = try await ReplicaSystem(in: TemporaryDirectory(), log: events)
        #expect(try await again.state(of: user)?.version == 1)
    }

    @Test func anErasureThatAKillInterruptsIsInTheLog() async throws {
        let directory = try TemporaryDirectory()
        var system: ReplicaSystem? = try await ReplicaSystem(in: directory, log: log)
        try send(["1"])
        try await system?.catchUp()
        try await system?.users.flush()
        log.fail(Topics().userFeatures, with: LogError(.overloaded, "later"))
        let error = await #expect(throws: UserFeaturesError.self) { _ = try await system?.users.erase(user) }
        #expect(error?.code == .behind)
        #expect(try await system?.state(of: user) == nil)
        system = nil
        log.fail(Topics().userFeatures, with: nil)
        system = try await ReplicaSystem(in: directory, log: log)
        #expect(try await system?.state(of: user) == nil)
        #expect(try await system?.users.flush() == true)
        #expect(log.records(Topics().userFeatures).last { $0.key == user }?.value.isEmpty == true)
    }
}
