import Contracts
import Domain
import JSON
import Testing

@Suite struct ItemJSONTests {
    private let now = RecordText.now

    @Test func readsTheItemOfTheDesign() throws {
        let item = try RecordText.item(
            """
            {"id":"i7","title":"Espresso Maker","categories":["Kitchen","Coffee"],
             "attributes":{"brand":"Tavola","year":2019,"new":true,"tags":["a"]},
             "price":49.95,"created_at":"2025-11-01T00:00:00Z","hidden":true}
            """)
        #expect(
            item
                == Item(
                    id: "i7", title: "Espresso Maker", categories: ["Kitchen", "Coffee"],
                    attributes: [
                        "brand": .text("Tavola"), "year": .number(2019), "new": .flag(true), "tags": .texts(["a"]),
                    ],
                    price: 49.95, createdAt: 1_761_955_200_000, isHidden: true))
        #expect(try RecordText.item(#"{"id":"i"}"#) == Item(id: "i", createdAt: now))
        #expect(try RecordText.item(#"{"id":"i","created_at":0}"#, .log).createdAt == 0)
    }

    @Test func theAddressNamesTheItem() throws {
        #expect(try RecordText.item(#"{"title":"T"}"#, .client(now: now, id: "i9")).id == "i9")
        #expect(try RecordText.item(#"{"id":"i9"}"#, .client(now: now, id: "i9")).id == "i9")
        let error = RecordText.error { try RecordText.item(#"{"id":"other"}"#, .client(now: now, id: "i9")) }
        #expect(error?.code == .contradiction)
        #expect(RecordText.error { try ItemJSON.checkedID("") }?.code == .empty)
        #expect(RecordText.error { try ItemJSON.checkedID("a\u{0}") }?.code == .controlCharacter)
        #expect(RecordText.error { try ItemJSON.checkedID(String(repeating: "é", count: 257)) }?.code == .tooLong)
    }

    @Test(arguments: [
        (#"7"#, RecordError.Code.notAnObject, ""),
        (#"{"title":"T"}"#, .missingField, "id"),
        (#"{"id":""}"#, .empty, "id"),
        (#"{"id":"i","title":7}"#, .wrongType, "title"),
        (#"{"id":"i","categories":"Kitchen"}"#, .wrongType, "categories"),
        (#"{"id":"i","categories":[""]}"#, .empty, "categories[0]"),
        (#"{"id":"i","attributes":{"a":{}}}"#, .wrongType, "attributes.a"),
        (#"{"id":"i","price":-1}"#, .outOfRange, "price"),
        (#"{"id":"i","price":"9.95"}"#, .wrongType, "price"),
        (#"{"id":"i","created_at":"2025-13-01T00:00:00Z"}"#, .notATime, "created_at"),
        (#"{"id":"i","created_at":1764000000}"#, .outOfRange, "created_at"),
        (#"{"id":"i","created_at":"2027-01-01T00:00:00Z"}"#, .outOfRange, "created_at"),
        (#"{"id":"i","hidden":"false"}"#, .wrongType, "hidden"),
        (#"{"id":"i","colour":"red"}"#, .unknownField, "colour"),
        (#"{"id":"i","id":"j"}"#, .repeatedField, "id"),
    ])
    func faultsNameTheField(text: String, code: RecordError.Code, field: String) {
        let error = RecordText.error { try RecordText.item(text) }
        #expect(error?.code == code, "\(text)")
        #expect(error?.field == field, "\(text)")
    }

    @Test func equalItemsGiveEqualBytesAndSurviveTheRoundTrip() throws {
        let names = (0..<20).map { "name\($0)" }
        let attributes = Dictionary(uniqueKeysWithValues: names.map { ($0, FieldValue.text("\($0)\"\n")) })
        let reversed = Dictionary(uniqueKeysWithValues: names.reversed().map { ($0, FieldValue.text("\($0)\"\n")) })
        let item = Item(id: "i", title: "é", categories: ["a"], attributes: attributes, price: 0.1, createdAt: -5)
        let again = Item(id: "i", title: "é", categories: ["a"], attributes: reversed, price: 0.1, createdAt: -5)
        let bytes = ItemJSON.encoded(item)
        #expect(bytes == ItemJSON.encoded(again))
        #expect(try JSONParser().withDocument(bytes) { try ItemJSON.item(from: $0, rules: .log) } == item)
        let bare = Item(id: "i", createdAt: 0, isHidden: true)
        #expect(String(decoding: ItemJSON.encoded(bare), as: UTF8.self) == #"{"id":"i","created_at":0,"hidden":true}"#)
    }
}
