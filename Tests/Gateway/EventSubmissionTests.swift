import Contracts
import Domain
import JSON
import Testing

@testable import Gateway

@Suite struct EventSubmissionTests {
    private let parser = JSONParser()

    private func read(_ body: [UInt8], limit: Int = 10) throws(RequestError) -> EventSubmission {
        var made = 0
        // The closure of a buffer's bytes cannot throw typed errors and return a value at once.
        let result: Result<EventSubmission, RequestError> = body.withUnsafeBytes { bytes in
            Result { () throws(RequestError) -> EventSubmission in
                try EventSubmission(
                    bytes, parser: parser, limit: limit, rules: .client(now: 1_800_000_000_000),
                    makeID: {
                        made += 1
                        return "made-\(made)"
                    }, isKnown: { $0.hasPrefix("i") })
            }
        }
        return try result.get()
    }

    private func read(_ text: String, limit: Int = 10) throws(RequestError) -> EventSubmission {
        try read(Array(text.utf8), limit: limit)
    }

    private func kinds(_ submission: EventSubmission) -> [String] {
        submission.entries.map {
            switch $0 {
            case .accepted(let event): event.id
            case .rejected(let error): error.kind
            }
        }
    }

    private static let event = #"{"type":"click","user":"u","item":"i1"}"#

    @Test func oneEventIsNoList() throws {
        for text in [Self.event, "\n \(Self.event)\r\n", "{\n\"type\":\"click\",\n\"user\":\"u\",\n\"item\":\"i1\"\n}"]
        {
            let submission = try read(text)
            #expect(submission.isSingle)
            #expect(kinds(submission) == ["made-1"])
            #expect(submission.accepted.first?.timestamp == 1_800_000_000_000)
        }
    }

    @Test func listsAreArraysOrLines() throws {
        for text in ["[\(Self.event),\n\(Self.event)]", "\(Self.event)\n\r\n\(Self.event)\n"] {
            let submission = try read(text)
            #expect(!submission.isSingle)
            #expect(kinds(submission) == ["made-1", "made-2"])
        }
    }

    @Test func aBadEventSpoilsNoOther() throws {
        let bad = [
            "{", "null", "7", "[]", #"{"type":"click","user":"u","item":"x"}"#,
            #"{"type":"click","user":"","item":"i1"}"#,
        ]
        let submission = try read(Self.event + "\n" + bad.joined(separator: "\n"))
        #expect(
            kinds(submission) == [
                "made-1", "invalid-json", "not-an-object", "not-an-object", "not-an-object", "unknown-item", "empty",
            ])
    }

    @Test func limitsHoldForBothForms() {
        for text in [
            Array(repeating: Self.event, count: 11).joined(separator: "\n"),
            "[\(Array(repeating: "1", count: 11).joined(separator: ","))]",
        ] {
            #expect { try read(text) } throws: { ($0 as? RequestError)?.status == 413 }
        }
    }

    @Test(arguments: [
        "[", "[1", "[{}", "[}]", "[\(event)] x", "[\(event)]\n[\(event)]", String(repeating: "[", count: 100_000),
        "[\(String(repeating: "{\"a\":", count: 2000))",
    ]) func aBrokenArrayIsRefusedWhole(text: String) {
        #expect { try read(text) } throws: { ($0 as? RequestError)?.kind == "invalid-json" }
    }

    @Test func bytesThatAreNoTextAreRefused() throws {
        #expect(try kinds(read([0xFF, 0xFE])) == ["invalid-json"])
        #expect(
            try kinds(read(Array(#"{"type":"click","user":""#.utf8) + [0xC3, 0x28] + Array(#"","item":"i1"}"#.utf8)))
                == ["invalid-json"])
        #expect(try kinds(read([0])) == ["invalid-json"])
    }

    @Test func damagedBodiesNeverPass() throws {
        var random = SplitMix64(seed: 11)
        let whole = Array("[\(Self.event),\(Self.event)]".utf8)
        for _ in 0..<3000 {
            var body = whole
            for _ in 0...Int(random.next() % 3) {
                let place = Int(random.next() % UInt64(body.count))
                switch random.next() % 3 {
                case 0: body[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: body.remove(at: place)
                default: body.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
                }
            }
            guard let submission = try? read(body) else { continue }
            for event in submission.accepted {
                #expect(!event.user.isEmpty && event.items.allSatisfy { $0.hasPrefix("i") })
            }
        }
    }
}
