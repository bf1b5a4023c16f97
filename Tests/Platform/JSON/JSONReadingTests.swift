import JSON
import Testing

/// Reading, through the parser's public door.
struct JSONReadingTests {
    let parser = JSONParser(maximumBytes: 1 << 20)

    @Test func readsEveryType() throws {
        let text =
            #"{"s":"a\u00e9\n\ud83d\ude00","i":-7,"u":18446744073709551615,"d":1.5e3,"t":true,"f":false,"n":null,"a":[1,[2],{}]}"#
        try parser.withDocument(text) { root in
            #expect(root.type == .object)
            #expect(root["s"]?.string == "aé\n😀")
            #expect(root["i"]?.int64 == -7)
            #expect(root["i"]?.double == -7)
            #expect(root["u"]?.type == .unsigned)
            #expect(root["u"]?.int64 == nil)
            #expect(root["u"]?.double == 18446744073709551615.0)
            #expect(root["d"]?.double == 1500)
            #expect(root["d"]?.int64 == nil)
            #expect(root["t"]?.bool == true)
            #expect(root["f"]?.bool == false)
            #expect(root["n"]?.isNull == true)
            #expect(root["n"]?.bool == nil)
            let elements = try #require(root["a"]?.array)
            #expect(elements.map { $0.type } == [.integer, .array, .object])
            #expect(root["missing"] == nil)
            #expect(root.object?["i" as String]?.int64 == -7)
            #expect(root["s"]?["x"] == nil)
        }
    }

    @Test func showsDuplicateNames() throws {
        try parser.withDocument(#"{"user":"a","x":{"user":"no"},"user":"b"}"#) { root in
            let users = try #require(root.object).filter { $0.isNamed("user") }.map { $0.value.string }
            #expect(users == ["a", "b"])
            #expect(root["user"]?.string == "a")
        }
    }

    @Test func reusesItsMemory() throws {
        for length in [1, 70_000, 3, 500_000, 10] {
            let text = "[\"" + String(repeating: "x", count: length) + "\"]"
            let count = try parser.withDocument(text) { root in
                root.array.flatMap { $0.first { _ in true }?.utf8?.count }
            }
            #expect(count == length)
        }
    }

    @Test(arguments: [
        ("", JSONError.Code.empty), ("  \n", .empty), ("{\"a\":1", .syntax), ("{} x", .syntax), ("[1,]", .syntax),
        ("{\"a\" 1}", .syntax), ("nul", .syntax), ("NaN", .syntax), ("[Infinity]", .syntax),
        ("[-Infinity]", .invalidNumber),
        ("[1e999]", .invalidNumber), ("[01]", .invalidNumber), ("[1.]", .invalidNumber), ("\"abc", .invalidString),
        ("\"a\u{1}\"", .invalidString), ("\"\\x\"", .invalidString), ("\"\\ud800\"", .invalidString),
    ])
    func refuses(text: String, code: JSONError.Code) {
        #expect { try parser.withDocument(text) { _ in } } throws: { error in
            guard let error = error as? JSONError else { return false }
            return error.code == code && !error.message.isEmpty
        }
    }

    @Test func refusesNumbersBeyondSixtyFourBits() {
        #expect(throws: JSONError.self) { try parser.withDocument("[123456789012345678901234567890]") { _ in } }
        #expect(throws: JSONError.self) { try parser.withDocument("[-9223372036854775809]") { _ in } }
    }

    @Test func namesTheByteThatIsNotUTF8() {
        let text = Array("{\"a\":\"é".utf8) + [0xc3, 0x28] + Array("\"}".utf8)
        #expect { try parser.withDocument(text) { _ in } } throws: { error in
            guard let error = error as? JSONError else { return false }
            return error.code == .invalidUTF8 && error.offset == 8
        }
    }

    @Test func limitsDepth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try parser.withDocument(nested(64)) { $0.type } == .array)
        for depth in [65, 1000, 100_000] {
            #expect { try parser.withDocument(nested(depth)) { _ in } } throws: { error in
                (error as? JSONError)?.code == .tooDeep
            }
        }
        // Growing for a larger text keeps the limit, and an error leaves the parser usable.
        #expect(try parser.withDocument("[\"" + String(repeating: "y", count: 100_000) + "\"]") { $0.type } == .array)
        #expect(throws: JSONError.self) { try parser.withDocument(nested(65)) { _ in } }
    }

    @Test func limitsSize() {
        let small = JSONParser(maximumBytes: 10)
        #expect(throws: Never.self) { try small.withDocument("[12345678]") { _ in } }
        #expect { try small.withDocument("[123456789]") { _ in } } throws: { error in
            (error as? JSONError)?.code == .tooLarge
        }
    }

    @Test func passesOnWhatTheBodyThrows() {
        struct Mine: Error {}
        #expect(throws: Mine.self) { try parser.withDocument("1") { _ in throw Mine() } }
    }
}
