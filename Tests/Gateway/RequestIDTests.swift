import Testing

@testable import Gateway

@Suite struct RequestIDTests {
    @Test func idsAreUnique() {
        var ids = RequestIDs(start: .max - 10)
        var others = RequestIDs(start: 12)
        var known: Set<String> = []
        for _ in 0..<20_000 {
            let id = ids.next()
            #expect(known.insert(id).inserted)
            if known.count < 100 { #expect(id.count == 16 && id.allSatisfy(\.isHexDigit)) }
            #expect(known.insert(others.next()).inserted)
        }
    }
}
