import Contracts
import Domain
import JSON
import Testing

@Suite struct EventJSONTests {
    private let now = RecordText.now

    @Test func readsTheEventOfTheDesign() throws {
        let event = try RecordText.event(
            """
            {"event_id":"e1","type":"click","user":"u1","item":"i7","ts":1763999999000,"value":4.5,"session":"s1",
             "request_id":"r1","position":3,"scenario":"home",
             "fields":{"colour":"red","n":2,"new":true,"tags":["a","b"],"nothing":null}}
            """)
        #expect(
            event
                == Event(
                    id: "e1", type: "click", user: "u1", items: ["i7"], timestamp: 1_763_999_999_000, value: 4.5,
                    session: "s1", requestID: "r1", position: 3, scenario: "home",
                    fields: [
                        "colour": .text("red"), "n": .number(2), "new": .flag(true), "tags": .texts(["a", "b"]),
                    ]))
        let shown = try RecordText.event(
            #"{"type":"impression","user":"u1","items":["i1","i2"],"ts":"2025-11-24T17:00:00+01:00","session":""}"#)
        #expect(shown.items == ["i1", "i2"])
        #expect(shown.timestamp == 1_764_000_000_000)
        #expect(shown.id.isEmpty && shown.session == nil, "the gateway gives it an id; an empty session is none")
    }

    @Test func aClientMayLeaveOutTheTimeAndAFileMayNot() throws {
        let text = #"{"type":"view","user":"u","item":"i"}"#
        #expect(try RecordText.event(text).timestamp == now)
        #expect(RecordText.error { try RecordText.event(text, .file(now: now)) }?.field == "ts")
        #expect(RecordText.error { try RecordText.event(text, .log) }?.code == .missingField)
    }

    @Test func onlyTheSystemSendsReservedTypes() throws {
        let text = #"{"event_id":"e","type":"$attributes","user":"u","ts":1763999999000,"fields":{"country":"DE"}}"#
        #expect(RecordText.error { try RecordText.event(text) }?.code == .reservedType)
        #expect(try RecordText.event(text, .file(now: now)).fields == ["country": .text("DE")])
        #expect(try RecordText.event(text, .log).items.isEmpty)
    }

    @Test func theLogsReaderSkipsWhatANewerVersionWrote() throws {
        let text = #"{"event_id":"e","type":"view","user":"u","item":"i","ts":5,"shard":{"deep":[1]}}"#
        #expect(try RecordText.event(text, .log).timestamp == 5)
        let recent = text.replacing("5,", with: "1763999999000,")
        #expect(RecordText.error { try RecordText.event(recent) }?.code == .unknownField)
    }

    @Test(arguments: [
        (#"[]"#, RecordError.Code.notAnObject, ""),
        (#"{"type":"view","item":"i"}"#, .missingField, "user"),
        (#"{"type":"view","user":null,"item":"i"}"#, .missingField, "user"),
        (#"{"type":"view","user":"","item":"i"}"#, .empty, "user"),
        (#"{"type":"view","user":7,"item":"i"}"#, .wrongType, "user"),
        (#"{"user":"u","item":"i"}"#, .missingField, "type"),
        (#"{"type":"view","user":"u"}"#, .missingField, "item"),
        (#"{"type":"view","user":"u","item":""}"#, .empty, "item"),
        (#"{"type":"view","user":"u","item":"i","items":["j"]}"#, .contradiction, "items"),
        (#"{"type":"view","user":"u","items":["j"],"item":"i"}"#, .contradiction, "items"),
        (#"{"type":"view","user":"u","items":[]}"#, .empty, "items"),
        (#"{"type":"view","user":"u","items":"i"}"#, .wrongType, "items"),
        (#"{"type":"view","user":"u","items":["a",3]}"#, .wrongType, "items[1]"),
        (#"{"type":"view","user":"u","user":"v","item":"i"}"#, .repeatedField, "user"),
        (#"{"type":"view","user":"u\u0000","item":"i"}"#, .controlCharacter, "user"),
        (#"{"type":"view","user":"u","item":"i","ts":"yesterday"}"#, .notATime, "ts"),
        (#"{"type":"view","user":"u","item":"i","ts":true}"#, .notATime, "ts"),
        (#"{"type":"view","user":"u","item":"i","ts":1.5}"#, .notATime, "ts"),
        (#"{"type":"view","user":"u","item":"i","ts":1764000000}"#, .outOfRange, "ts"),
        (#"{"type":"view","user":"u","item":"i","ts":-5}"#, .outOfRange, "ts"),
        (#"{"type":"view","user":"u","item":"i","ts":1e18}"#, .outOfRange, "ts"),
        (#"{"type":"view","user":"u","item":"i","ts":1764100000000}"#, .outOfRange, "ts"),
        (#"{"type":"view","user":"u","item":"i","value":"4"}"#, .wrongType, "value"),
        (#"{"type":"view","user":"u","item":"i","position":-1}"#, .outOfRange, "position"),
        (#"{"type":"view","user":"u","item":"i","position":1.5}"#, .outOfRange, "position"),
        (#"{"type":"view","user":"u","item":"i","fields":[]}"#, .wrongType, "fields"),
        (#"{"type":"view","user":"u","item":"i","fields":{"a":{"b":1}}}"#, .wrongType, "fields.a"),
        (#"{"type":"view","user":"u","item":"i","fields":{"a":[1]}}"#, .wrongType, "fields.a[0]"),
        (#"{"type":"view","user":"u","item":"i","fields":{"a":1,"a":2}}"#, .repeatedField, "fields.a"),
        (#"{"type":"view","user":"u","item":"i","colour":"red"}"#, .unknownField, "colour"),
        (#"{"type":"$drop","user":"u","item":"i"}"#, .reservedType, "type"),
    ])
    func faultsNameTheField(text: String, code: RecordError.Code, field: String) {
        let error = RecordText.error { try RecordText.event(text) }
        #expect(error?.code == code, "\(text)")
        #expect(error?.field == field, "\(text)")
        #expect(error.map { field.isEmpty || $0.message.contains("`\(field)`") || code == .reservedType } == true)
    }

    @Test func misspeltNamesAreSuggested() {
        for (name, meant) in [("itme_id", ""), ("usr", "user"), ("Item", "item"), ("requestId", "request_id")] {
            let error = RecordText.error {
                try RecordText.event(#"{"type":"view","user":"u","item":"i","\#(name)":"x"}"#)
            }
            #expect(error?.code == .unknownField)
            #expect(error?.message.contains(meant.isEmpty ? "`fields`" : "did you mean `\(meant)`") == true, "\(name)")
        }
    }

    @Test func sizesAreLimited() {
        let long = String(repeating: "x", count: 513)
        #expect(
            RecordText.error { try RecordText.event(#"{"type":"view","user":"\#(long)","item":"i"}"#) }?.code
                == .tooLong)
        let many = (0..<201).map { "\"i\($0)\"" }.joined(separator: ",")
        #expect(
            RecordText.error { try RecordText.event(#"{"type":"v","user":"u","items":[\#(many)]}"#) }?.code == .tooMany)
        let fields = (0..<129).map { "\"f\($0)\":1" }.joined(separator: ",")
        #expect(
            RecordText.error { try RecordText.event(#"{"type":"v","user":"u","item":"i","fields":{\#(fields)}}"#) }?
                .code
                == .tooMany)
        let text = String(repeating: "y", count: 4097)
        #expect(
            RecordText.error { try RecordText.event(#"{"type":"v","user":"u","item":"i","fields":{"t":"\#(text)"}}"#) }?
                .code
                == .tooLong)
    }

    /// What is not JSON at all never gets here; hostile numbers and depths are the parser's to refuse.
    @Test func hostileTextsAreRefusedByTheParser() {
        for text in [
            #"{"type":"view","user":"u","item":"i","value":NaN}"#,
            #"{"type":"view","user":"u","item":"i","value":1e999}"#,
            String(repeating: "[", count: 1000), #"{"type":"#, "",
        ] {
            #expect(throws: JSONError.self) { try RecordText.event(text) }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func randomEventsSurviveTheRoundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<300 {
            let event = randomEvent(&random)
            let bytes = EventJSON.encoded(event)
            let back = try JSONParser().withDocument(bytes) { try EventJSON.event(from: $0, rules: .log) }
            #expect(back == event, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
            #expect(EventJSON.encoded(back) == bytes)
        }
    }

    private func randomEvent(_ random: inout SplitMix64) -> Event {
        func text(_ most: Int) -> String {
            let alphabet: [Character] = ["a", "Z", "7", "\"", "\\", "/", "é", "漢", "🙂", " ", "<", "\u{7F0}"]
            return String(
                (0..<Int.random(in: 1...most, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
        }
        func value() -> FieldValue {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: .text(text(9) + "\n\u{1}")
            case 1: .number(Double.random(in: -1e9...1e9, using: &random))
            case 2: .flag(Bool.random(using: &random))
            default: .texts((0..<Int.random(in: 0...3, using: &random)).map { _ in text(4) })
            }
        }
        func maybe<Value>(_ make: () -> Value) -> Value? { Bool.random(using: &random) ? make() : nil }
        let type = ["click", "impression", "$attributes", text(5)].randomElement(using: &random)!
        let items = (0..<Int.random(in: type == "$attributes" ? 0...2 : 1...12, using: &random)).map { _ in text(20) }
        return Event(
            id: text(30), type: type, user: text(12), items: items,
            timestamp: Int64.random(in: 0..<(1 << 53), using: &random),
            value: maybe { Double(bitPattern: UInt64.random(in: 0..<(0x7FF << 52), using: &random)) },
            session: maybe { text(8) }, requestID: maybe { text(8) },
            position: maybe { Int.random(in: 0..<200, using: &random) }, scenario: maybe { text(6) },
            fields: Dictionary((0..<Int.random(in: 0...3, using: &random)).map { _ in (text(6), value()) }) { $1 })
    }
}
