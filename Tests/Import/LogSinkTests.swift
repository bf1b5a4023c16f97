import Contracts
import Domain
import EmbeddedLog
import EventLog
import Foundation
import Import
import Testing

@Suite struct LogSinkTests {
    @Test func anImportIsInTheLogAndASecondOneAddsNothing() async throws {
        let place = try Workplace()
        let log = try EmbeddedLog(path: place.folder.appending(path: "log.sqlite").path)
        defer { log.close() }
        let topics = Topics()
        let path = try place.file(
            "t.csv", "user,item,timestamp,title\nu,i,1577836801,T\nv,i,1577836800,T\nu,j,1577836802,J\n")
        var mapping = TableMapping()
        mapping.title = .name("title")
        let source = ImportSource.table(file: path, mapping)
        for round in 0..<2 {
            let sink = try LogSink(log: log, now: Workplace.now)
            let summary = try await Importer(sink: sink, dataFolder: place.dataFolder, now: Workplace.now).run(source)
            #expect(summary.eventsImported == (round == 0 ? 3 : 0))
            #expect(summary.eventsDuplicate == (round == 0 ? 0 : 3))
            #expect(summary.itemsNew == (round == 0 ? 2 : 0) && summary.itemsUnchanged == (round == 0 ? 0 : 2))
        }
        let events = try log.read(topic: topics.userEvents, after: .start, limit: 10)
        #expect(events.map(\.key) == ["v", "u", "u"])
        #expect(events.allSatisfy { $0.id?.utf8.count == 15 })
        #expect(try log.read(topic: topics.itemUpdates, after: .start, limit: 10).map(\.key) == ["i", "j"])

        // A deletion in the log is one for imports too.
        _ = try await log.append([NewRecord(topic: topics.itemUpdates, key: "i", value: [], timestamp: 5)])
        let sink = try LogSink(log: log, now: Workplace.now)
        #expect(sink.standing(of: "i") == .deleted && sink.standing(of: "k") == .unknown)
        #expect(sink.standing(of: "j") == .known(Item(id: "j", title: "J", createdAt: 1_577_836_802_000)))
    }
}
