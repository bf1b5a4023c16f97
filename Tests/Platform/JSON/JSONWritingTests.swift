import Domain
import JSON
import Testing

/// Writing, and that what is written reads back the same.
struct JSONWritingTests {
    private func text(_ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        write(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func placesCommas() {
        let written = text { writer in
            writer.beginObject()
            writer.field("id", "a")
            writer.field("n", 3)
            writer.name("items")
            writer.beginArray()
            writer.beginObject()
            writer.endObject()
            writer.integer(-1)
            writer.raw(Array("[1,2]".utf8))
            writer.raw([])
            writer.null()
            writer.bool(false)
            writer.endArray()
            writer.name("k\"" as String)
            writer.bool(true)
            writer.endObject()
            writer.endLine()
            writer.integer(2)
        }
        #expect(written == #"{"id":"a","n":3,"items":[{},-1,[1,2],null,false],"k\"":true}"# + "\n2")
    }

    @Test func escapesWhatItMust() {
        #expect(text { $0.string("\"\\\n\r\t\u{0}\u{1f}é😀/\u{7f}") } == #""\"\\\n\r\t\u0000\u001fé😀/"# + "\u{7f}\"")
        #expect(text { $0.string("") } == "\"\"")
    }

    @Test func writesNumbersShort() {
        #expect(text { $0.double(0.1) } == "0.1")
        #expect(text { $0.double(3) } == "3")
        #expect(text { $0.double(-0.0) } == "-0.0")
        #expect(text { $0.double(1e300) } == "1e+300")
        #expect(text { $0.float(0.1) } == "0.1")
        #expect(text { $0.double(.nan) } == "null")
        #expect(text { $0.float(.infinity) } == "null")
        #expect(text { $0.integer(Int64.min) } == "-9223372036854775808")
        #expect(text { $0.integer(Int64.max) } == "9223372036854775807")
    }

    @Test func keepsItsMemory() {
        var writer = JSONWriter(capacity: 100)
        writer.string("abc")
        writer.reset()
        writer.integer(1)
        #expect(writer.take() == Array("1".utf8))
        #expect(writer.bytes.isEmpty)
    }

    @Test(arguments: 0..<200)
    func randomValuesReadBack(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let value = RandomJSON.random(depth: 4, using: &random)
        var writer = JSONWriter()
        value.write(to: &writer)
        let parser = JSONParser()
        let back = try parser.withDocument(writer.bytes) { RandomJSON($0) }
        #expect(back == value, "seed \(seed): \(String(decoding: writer.bytes, as: UTF8.self))")
    }

    @Test func randomFloatsReadBack() throws {
        var random = SplitMix64(seed: 5)
        let parser = JSONParser()
        var writer = JSONWriter()
        for _ in 0..<2000 {
            let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            guard value.isFinite else { continue }
            writer.reset()
            writer.float(value)
            let back = try parser.withDocument(writer.bytes) { $0.double }
            #expect(back.map { Float($0) } == value)
        }
    }
}
