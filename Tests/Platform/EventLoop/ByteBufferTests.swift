import EventLoop
import Testing

struct ByteBufferTests {
    private func text(_ buffer: ByteBuffer) -> String {
        String(decoding: buffer.bytes, as: UTF8.self)
    }

    @Test func writesDecimals() {
        let buffer = ByteBuffer()
        let values = [
            0, 9, 10, 99, 100, -1, -10, 12345, .max, .min, Int.max / 10, 999_999_999_999_999_999,
            1_000_000_000_000_000_000,
        ]
        for value in values {
            buffer.clear()
            buffer.append(decimal: value)
            #expect(text(buffer) == String(value))
        }
    }

    @Test func growsAndShrinks() {
        let buffer = ByteBuffer(capacity: 1)
        for _ in 0..<1000 { buffer.append("äb" as StaticString) }
        buffer.append("c")
        buffer.append([UInt8(ascii: "d")])
        buffer.append(UInt8(ascii: "e"))
        #expect(buffer.count == 3003)
        buffer.dropFirst(2997)
        #expect(text(buffer) == "äbcde")
        buffer.truncate(to: 3)
        #expect(text(buffer) == "äb")
        buffer.append(upTo: 10) { memory in
            memory[0] = UInt8(ascii: "x")
            return 1
        }
        #expect(text(buffer) == "äbx")
        buffer.clear(keeping: 16)
        #expect(buffer.isEmpty)
        buffer.append("again" as StaticString)
        #expect(text(buffer) == "again")
    }
}
