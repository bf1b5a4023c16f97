import Domain
import Foundation
import Testing

@testable import Gateway

@Suite struct CursorTests {
    @Test(arguments: [
        [], [0], [127, 128, 16_383, 16_384], [.max, 0, .max], Array(0..<400), Array((UInt32.max - 399)...UInt32.max),
    ]) func textReadsBackAsItWas(shown: [UInt32]) {
        let cursor = Cursor(shown: shown)
        #expect(Cursor(text: cursor.text) == cursor)
        #expect(cursor.text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
    }

    @Test(arguments: [
        "", "A", "AA", "AAAA", "AQ==", "AQ=", "Ag", "AR", "a b", "%41", "AQ\u{0}", "ä",
        // A number that does not end, one of six bytes, one beyond 32 bits.
        Base64URL.encode([1, 0x80]), Base64URL.encode([1, 0x80, 0x80, 0x80, 0x80, 0x80, 1]),
        Base64URL.encode([1, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]),
        Base64URL.encode([1] + [UInt8](repeating: 0, count: 401)), String(repeating: "A", count: 1 << 20),
    ]) func hostileTextsAreNone(text: String) {
        #expect(Cursor(text: text) == nil)
    }

    @Test func anyTextIsReadOrRefused() {
        var random = SplitMix64(seed: 5)
        for _ in 0..<2000 {
            let bytes = (0..<Int(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            if let cursor = Cursor(text: Base64URL.encode([1] + bytes)) {
                #expect(Cursor(text: cursor.text) == cursor)
            }
        }
    }

    @Test func base64IsThatOfFoundation() {
        var random = SplitMix64(seed: 6)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let expected = Data(bytes).base64EncodedString()
                .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
                .replacingOccurrences(of: "=", with: "")
            #expect(Base64URL.encode(bytes) == expected)
            #expect(Base64URL.decode(expected) == bytes)
        }
    }

    @Test func base64HasOneTextForEachValue() {
        for text in ["A", "AB", "AAB", "AA=", "+A", "A A"] { #expect(Base64URL.decode(text) == nil, "\(text)") }
    }
}
