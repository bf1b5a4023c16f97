import Contracts
import Domain
import EmbeddedLog
import EventLog
import Foundation
import ItemFeatures
import SQLite
import Testing
import UserFeatures
import TestSupport

@Suite struct ErasureTests {
    private let user = "somebody-who-wants-to-be-forgotten"

    private func click(_ id: String, _ user: String) -> Event {
        Event(id: id, type: "click", user: user, items: ["a"], timestamp: 10)
    }

    @Test func nothingIsLeftOfAnErasedUser() async throws {
        let directory = try TemporaryDirectory()
        let system = try await TestSystem(in: directory)
        try await system.items.put([Item(id: "a")])
        try await system.send((0..<50).map { click("\($0)", $0 % 2 == 0 ? user : "other") })
        try await system.users.flush()
        try await system.send([click("late", user)])
        #expect(try await system.users.erase(user))
        #expect(try await system.state(of: user) == nil)
        #expect(try await system.state(of: "other")?.version == 25)
        for file in ["users.sqlite", "log.sqlite"] {
            #expect(try directory.bytes(ofFilesBeginning: file).range(of: Data(user.utf8)) == nil, "\(file)")
        }
        #expect(try await !system.users.erase(user))
        #expect(try await !system.users.erase("never"))
        system.close()
        var reopened = try await TestSystem(in: directory)
        #expect(try await reopened.state(of: user) == nil)
        #expect(try await reopened.state(of: "other")?.version == 25)
        reopened.close()
        directory.removeDatabase("users.sqlite")
        reopened = try await TestSystem(in: directory)
        #expect(try await reopened.state(of: user) == nil)
        reopened.close()
    }

    @Test func whatComesAfterwardsIsANewBeginning() async throws {
        let directory = try TemporaryDirectory()
        var system = try await TestSystem(in: directory)
        try await system.items.put([Item(id: "a")])
        try await system.send([click("1", user), click("2", user)])
        #expect(try await system.users.erase(user))
        try await system.send([click("3", user)])
        #expect(try await system.state(of: user)?.version == 1)
        system.close()
        system = try await TestSystem(in: directory)
        #expect(try await system.state(of: user)?.version == 1)
        system.close()
    }

    @Test func memoryAndLogAgreeOnWhatCameBeforeAnErasure() async throws {
        let directory = try TemporaryDirectory()
        let system = try await TestSystem(in: directory, checkpointInterval: 1)
        try await system.items.put([Item(id: "a")])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for sender in 0..<2 {
                group.addTask { [user] in
                    for number in 0..<60 { try await system.send([click("\(sender)-\(number)", user)]) }
                }
            }
            group.addTask { [user] in for _ in 0..<8 { _ = try await system.users.erase(user) } }
            try await group.waitForAll()
        }
        let remaining = try system.log.read(topic: Topics().userEvents, after: .start, limit: 1_000).count
        #expect(Int(try await system.state(of: user)?.version ?? 0) == remaining)
        let state = try await system.state(of: user)
        system.close()
        var reopened = try await TestSystem(in: directory)
        #expect(try await reopened.state(of: user) == state)
        reopened.close()
        directory.removeDatabase("users.sqlite")
        reopened = try await TestSystem(in: directory)
        #expect(try await reopened.state(of: user) == state)
        reopened.close()
    }

    @Test func aStartEndsAnErasureThatACrashInterrupted() async throws {
        let directory = try TemporaryDirectory()
        var system = try await TestSystem(in: directory)
        try await system.items.put([Item(id: "a")])
        try await system.send([click("1", user), click("2", "other")])
        system.close()
        let format = SQLiteFormat(applicationID: 0x4361_5573, version: 2)
        try SQLiteDatabase(path: directory.file("users.sqlite"), format: format) { _ throws(SQLiteError) in }
            .execute("INSERT INTO erasures VALUES ('\(user)')")
        system = try await TestSystem(in: directory)
        #expect(try await system.state(of: user) == nil)
        #expect(try await system.state(of: "other")?.version == 1)
        #expect(try system.log.read(topic: Topics().userEvents, after: .start, limit: 10).map(\.key) == ["other"])
        system.close()
        for file in ["users.sqlite", "log.sqlite"] {
            #expect(try directory.bytes(ofFilesBeginning: file).range(of: Data(user.utf8)) == nil, "\(file)")
        }
    }
}
