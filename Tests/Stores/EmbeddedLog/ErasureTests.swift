import EmbeddedLog
import EventLog
import Foundation
import Testing
import TestSupport

struct ErasureTests {
    private let fixture: LogFixture

    init() throws {
        fixture = try LogFixture()
    }

    @Test func erasesAKeyAndNothingElse() async throws {
        let log = try fixture.open()
        _ = try await log.appendBulk(LogFixture.records(0..<1000))
        let before = try log.all()
        #expect(try await log.eraseRecords(topic: LogFixture.topic, key: "u7") == 20)
        #expect(try log.all() == before.filter { $0.key != "u7" })
        #expect(try await log.eraseRecords(topic: LogFixture.topic, key: "u7") == 0)
        #expect(try await log.eraseRecords(topic: "none", key: "u7") == 0)
        // Its ids may come again.
        #expect(try await log.append([LogFixture.record(7)]) != [.duplicate])
    }

    @Test func neverUsesAPositionTwice() async throws {
        var log = try fixture.open()
        _ = try await log.append([LogFixture.record(0), LogFixture.record(1, key: "gone")])
        let last = try #require(try log.all().last)
        _ = try await log.eraseRecords(topic: LogFixture.topic, key: "gone")
        log.close()
        log = try fixture.open()
        let outcome = try await log.append([LogFixture.record(2, key: "gone")])
        let next = try #require(try log.all().last)
        #expect(next.position > last.position)
        #expect(outcome == [.appended(partition: last.partition, offset: last.offset + 1)])
    }

    @Test func leavesNoBytesBehind() async throws {
        let log = try fixture.open()
        for start in stride(from: 0, to: 3000, by: 100) {
            _ = try await log.append(
                (start..<start + 100).map { number in
                    number % 9 == 0
                        ? LogFixture.record(number, key: "secretuser", id: "secretid\(number)", bytes: number % 7 * 900)
                        : LogFixture.record(number, bytes: number % 5 * 300)
                })
        }
        #expect(try count(of: "secretuser") > 0)
        _ = try await log.eraseRecords(topic: LogFixture.topic, key: "secretuser")
        #expect(try count(of: "secretuser") == 0)
        #expect(try count(of: "secretid") == 0)
        #expect(try count(of: "id-1") > 0)
    }

    /// How many of the log's files hold a text.
    private func count(of text: String) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: fixture.files.path).count { name in
            let data = try Data(contentsOf: URL(filePath: "\(fixture.files.path)/\(name)"))
            return data.range(of: Data(text.utf8)) != nil
        }
    }
}
