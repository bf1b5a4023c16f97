import Testing

@testable import RPC

struct FrameTests {
    private static func random(_ generator: inout SystemRandomNumberGenerator) -> (FrameHeader, [UInt8]) {
        let kind = FrameHeader.Kind.allCases.randomElement(using: &generator) ?? .call
        var header = FrameHeader(kind)
        guard kind != .ping, kind != .pong, kind != .goodbye else { return (header, []) }
        header.id = UInt64.random(in: 0...UInt64.max, using: &generator)
        if kind == .call {
            header.method = UInt16.random(in: 0...UInt16.max, using: &generator)
            header.budget = UInt32.random(in: 0...UInt32.max, using: &generator)
        } else if kind != .answer {
            header.code = RPCError.Code.allCases.randomElement(using: &generator)
        }
        let body = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        header.length = body.count
        return (header, body)
    }

    @Test func whatIsWrittenIsReadHoweverItArrives() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let frames = (0..<Int.random(in: 1...6, using: &generator)).map { _ in Self.random(&generator) }
            let bytes = frames.flatMap { Frames.bytes($0.0, $0.1) }
            let expected = Frames.Read(headers: frames.map(\.0), bodies: frames.map(\.1))
            let pieces = (0..<8).map { _ in Int.random(in: 1...40, using: &generator) }
            #expect(Frames.read(bytes, pieces: [bytes.count]) == expected)
            #expect(Frames.read(bytes, pieces: pieces) == expected)
        }
    }

    @Test func aSplitAtAnyByteChangesNothing() {
        let bytes =
            Frames.call(1, [1, 2, 3]) + Frames.bytes(FrameHeader(.ping))
            + Frames.call(2, [UInt8](repeating: 9, count: 70))
        let whole = Frames.read(bytes, pieces: [bytes.count])
        #expect(whole.headers.count == 3)
        for split in 1..<bytes.count { #expect(Frames.read(bytes, pieces: [split, bytes.count]) == whole) }
        #expect(Frames.read(bytes, pieces: [1]) == whole)
    }

    @Test func aTruncatedFrameIsNoFrame() {
        let bytes = Frames.call(1, [1, 2, 3])
        for count in 0..<bytes.count {
            #expect(Frames.read(Array(bytes[..<count]), pieces: [7]) == Frames.Read())
        }
    }

    @Test func aBodyAboveTheLimitIsRefusedBeforeItComes() {
        let body = [UInt8](repeating: 0, count: 101)
        #expect(Frames.read(Frames.call(1, body), pieces: [1], limit: 100).error == .tooLong(length: 101, limit: 100))
        let header = Array(Frames.call(1, body)[..<20])
        #expect(Frames.read(header, pieces: [20], limit: 100).error == .tooLong(length: 101, limit: 100))
        #expect(Frames.read(Frames.call(1, Array(body[1...])), pieces: [1], limit: 100).headers.count == 1)
        var longest = header
        longest.replaceSubrange(0..<4, with: [255, 255, 255, 255])
        #expect(Frames.read(longest, pieces: [3]).error == .tooLong(length: 4_294_967_295, limit: 1000))
    }

    @Test func whatNoVersionSaysIsRefused() {
        func changed(_ bytes: [UInt8], _ index: Int, to byte: UInt8) -> FrameError? {
            var bytes = bytes
            bytes[index] = byte
            return Frames.read(bytes, pieces: [20]).error
        }
        let call = Frames.call(1)
        let ping = Frames.bytes(FrameHeader(.ping))
        let answer = Frames.bytes(FrameHeader(.answer, id: 3))
        for kind in [0, 8, 255] as [UInt8] { #expect(changed(call, 4, to: kind) == .unknownKind(kind)) }
        let failure = Frames.bytes(FrameHeader(.failure, code: .refused, id: 1))
        for code in [0, 9, 255] as [UInt8] { #expect(changed(failure, 5, to: code) == .unknownCode(code)) }
        #expect(changed(call, 5, to: 1) == .strayField(1))
        for index in [0, 5, 6, 8, 15, 16] { #expect(changed(ping, index, to: 1) == .strayField(5)) }
        for index in [5, 6, 7, 16, 19] { #expect(changed(answer, index, to: 1) == .strayField(2)) }
        #expect(changed(answer, 8, to: 9) == nil)
    }

    @Test func randomBytesNeverCrash() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 1...200, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let piece = Int.random(in: 1...64, using: &generator)
            #expect(Frames.read(bytes, pieces: [piece]) == Frames.read(bytes, pieces: [bytes.count]))
        }
    }

    @Test func changedFramesEndInFramesOrAnError() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            var bytes = (0..<4).map { _ in Self.random(&generator) }.flatMap { Frames.bytes($0.0, $0.1) }
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let whole = Frames.read(bytes, pieces: [bytes.count])
            #expect(Frames.read(bytes, pieces: [13]) == whole)
            // What was read is what stood there.
            let read = zip(whole.headers, whole.bodies).flatMap { Frames.bytes($0, $1) }
            #expect(bytes.starts(with: read))
        }
    }
}
