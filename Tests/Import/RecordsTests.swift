import Domain
import Foundation
import Import
import Testing

@Suite struct RecordsTests {
    private let text = """
        {"id":"i1","title":"One","categories":["A"],"price":3}
        {"event_id":"e2","type":"click","user":"u","item":"i1","ts":"2020-01-02T00:00:00Z","request_id":"r","position":2}

        {"type":"impression","user":"u","items":["i1","i2"],"ts":1577836800000,"fields":{"a":[]}}
        {"type":"$attributes","user":"u","ts":1577836800000,"fields":{"country":"DE"}}
        {"event_id":"e2","type":"click","user":"u","item":"i1","ts":1577923200000}
        """

    @Test func eventsAndItemsAreToldApart() async throws {
        let place = try Workplace()
        let path = try place.gzipped(try place.file("r.jsonl", text))
        let summary = try await place.run(.records(file: path))
        #expect(summary.rejected == 0 && summary.eventsRead == 4)
        #expect(summary.eventsImported == 3 && summary.eventsDuplicate == 1, "an id counts once")
        #expect(place.sink.events.map(\.type) == ["impression", "$attributes", "click"])
        #expect(place.sink.events[2].id == "e2" && place.sink.events[2].position == 2)
        #expect(
            place.sink.items["i1"]
                == Item(id: "i1", title: "One", categories: ["A"], price: 3, createdAt: 1_577_836_800_000))
        #expect(place.sink.items["i2"] != nil)
        let again = try await place.run(.records(file: path))
        #expect(again.eventsImported == 0 && again.itemsUnchanged == 2 && again.itemsNew == 0)
    }

    @Test func recordsThatCannotBeReadAreListed() async throws {
        let place = try Workplace()
        let rows = [
            "{", "7", "{}", #"{"type":"click","user":"u","item":"i"}"#,
            #"{"type":"click","user":"","item":"i","ts":1577836800000}"#,
            #"{"type":"click","user":"u","item":"i","ts":1577836800}"#, #"{"id":"i","price":-1}"#,
            #"{"id":"i","price":1e999}"#,
            String(repeating: "[", count: 2000), #"{"type":"click","user":"u","itm":"i","ts":1577836800000}"#, "\u{0}",
        ]
        let good = #"{"type":"click","user":"u","item":"i","ts":1577836800000}"#
        let path = try place.file("r.jsonl", (rows + [good]).joined(separator: "\n"))
        let summary = try await place.run(.records(file: path))
        let rejects = try place.rejects(summary)
        #expect(rejects.map(\.line) == (1...10).map(String.init), "a line of nothing but control characters is blank")
        #expect(summary.eventsImported == 1)
        #expect(rejects[3].reason.contains("`ts` is missing"))
        #expect(rejects[9].reason.contains("did you mean `item`?"))
    }
}
