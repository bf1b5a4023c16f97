import Domain
import Foundation
import Import
import Testing

@Suite struct ImporterTests {
    @Test func deletedItemsStayDeletedAndHiddenOnesHidden() async throws {
        let place = try Workplace()
        let path = try place.file("i.csv", "id,title\na,A\nb,B\nc,C\n")
        let source = ImportSource.table(file: path, TableMapping(kind: .items))
        _ = try await place.run(source)
        place.sink.delete("a")
        try await place.sink.append(items: [Item(id: "b", title: "B", createdAt: 77, isHidden: true)])
        let again = try await place.run(source)
        #expect(again.itemsDeleted == 1 && again.itemsUnchanged == 2 && again.itemsChanged == 0)
        #expect(place.sink.items["a"] == nil)
        #expect(place.sink.items["b"] == Item(id: "b", title: "B", createdAt: 77, isHidden: true))
        let changed = try place.file("i.csv", "id,title\na,A\nb,Better\nc,C\nd,D\n")
        let third = try await place.run(.table(file: changed, TableMapping(kind: .items)))
        #expect(third.itemsChanged == 1 && third.itemsNew == 1)
        #expect(place.sink.items["b"] == Item(id: "b", title: "Better", createdAt: 77, isHidden: true))
    }

    @Test func theRejectFileIsBounded() async throws {
        let place = try Workplace()
        let rows = (0..<50).map { "u,i,bad\($0)" }.joined(separator: "\n")
        let path = try place.file("t.csv", "user,item,timestamp\n\(rows)\nu,i,1577836800\n")
        let summary = try await place.run(.table(file: path, TableMapping()), rejectLimit: 10)
        #expect(summary.rejected == 50 && summary.eventsImported == 1)
        let rejects = try place.rejects(summary)
        #expect(rejects.count == 11)
        #expect(rejects[9].line == "11" && rejects[9].reason.contains("\"bad9\""))
        #expect(rejects[10].reason == "40 more rows are not listed")
    }

    @Test func theJournalRemembersEveryImport() async throws {
        let place = try Workplace()
        let journal = ImportJournal(dataFolder: place.dataFolder)
        #expect(try journal.entries().isEmpty && !journal.hasOrderOnlyEvents())
        let path = try place.file("t.csv", "user,item,timestamp\nu,i,1577836800\nu,i,never\n")
        let summary = try await place.run(.table(file: path, TableMapping()))
        let entries = try journal.entries()
        #expect(entries.count == 1)
        #expect(entries.first?.summary == summary && entries.first?.time == Workplace.now)
        #expect(entries.first?.source == "csv")
        #expect(entries.first?.files.map(\.path) == [path])
        #expect(entries.first?.files.first?.sha256.count == 64)
        #expect(try !journal.hasOrderOnlyEvents())

        // A crash in the middle of a line leaves what was before it; damage elsewhere is an error.
        let file = URL(filePath: place.dataFolder).appending(path: "imports.jsonl")
        let whole = try Data(contentsOf: file)
        try (whole + whole.prefix(20)).write(to: file)
        #expect(try journal.entries().count == 1)
        try (whole.prefix(20) + Data("\n".utf8) + whole).write(to: file)
        #expect(throws: ImportError.self) { try journal.entries() }
    }

    @Test func tooManyEventsAreAnErrorBeforeAnythingIsWritten() async throws {
        let place = try Workplace()
        let rows = (0..<20).map { "u,i\($0),1577836800" }.joined(separator: "\n")
        let path = try place.file("t.csv", "user,item,timestamp\n\(rows)\n")
        let error = await place.failure(.table(file: path, TableMapping()), limit: 19)
        #expect(error?.code == .tooLarge && error?.message.contains("split the file") == true)
        #expect(place.sink.events.isEmpty && place.sink.items.isEmpty)
    }

    @Test func aFolderThatCannotBeWrittenIsAnError() async throws {
        let place = try Workplace()
        let path = try place.file("t.csv", "user,item,timestamp\nu,i,bad\n")
        let importer = Importer(sink: place.sink, dataFolder: path, now: Workplace.now)
        await #expect(throws: ImportError.self) { try await importer.run(.table(file: path, TableMapping())) }
    }
}
