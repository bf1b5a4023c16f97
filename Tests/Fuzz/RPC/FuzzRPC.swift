import EventLoop

// libFuzzer's entry: bytes of a hostile peer go through the handshake and the frame reader, whole and in pieces. Both ways
// have to end alike, and what is read has to be what is written.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let bytes, count > 2 else { return 0 }
    let input = UnsafeRawBufferPointer(start: bytes, count: count)
    let piece = 1 + Int(input[1] & 63)
    let rest = UnsafeRawBufferPointer(rebasing: input[2...])
    switch input[0] & 3 {
    case 0, 1: fuzzFrames(rest, piece: piece)
    case 2: fuzzHandshake(.server, rest, piece: piece, hasKey: input[0] & 4 != 0)
    default: fuzzHandshake(.client, rest, piece: piece, hasKey: input[0] & 4 != 0)
    }
    return 0
}

private let limit = 4096

/// What a reader makes of bytes.
private struct Reading: Equatable {
    var headers: [FrameHeader] = []
    var bodies: [[UInt8]] = []
    var error: FrameError?

    init(_ input: UnsafeRawBufferPointer, piece: Int) {
        var reader = FrameReader(limit: limit)
        do throws(FrameError) {
            for start in stride(from: 0, to: input.count, by: piece) {
                var part = UnsafeRawBufferPointer(rebasing: input[start..<min(start + piece, input.count)])
                while let frame = try reader.next(&part) {
                    precondition(frame.body.count == frame.header.length && frame.body.count <= limit)
                    headers.append(frame.header)
                    bodies.append(Array(frame.body))
                }
                precondition(part.isEmpty)
                precondition(reader.pendingBytes < limit + WireFormat.headerBytes)
            }
        } catch {
            self.error = error
        }
    }
}

private func fuzzFrames(_ input: UnsafeRawBufferPointer, piece: Int) {
    let whole = Reading(input, piece: max(1, input.count))
    precondition(Reading(input, piece: piece) == whole)
    let written = ByteBuffer()
    for (header, body) in zip(whole.headers, whole.bodies) {
        header.write(to: written)
        written.append(body)
    }
    precondition(written.bytes.elementsEqual(input.prefix(written.count)))
}

private let key = try? RPCKey("a key of the fuzzer")

private func fuzzHandshake(_ side: Handshake.Side, _ input: UnsafeRawBufferPointer, piece: Int, hasKey: Bool) {
    var hello = Hello(hasKey: hasKey, maximumBodyBytes: limit)
    hello.nonce = [UInt8](repeating: 7, count: WireFormat.nonceBytes)
    func run(piece: Int) -> (output: [UInt8], rest: Int, isDone: Bool, error: HandshakeError?) {
        var handshake = Handshake(side, hello: hello, key: hasKey ? key : nil)
        var taken = 0
        do throws(HandshakeError) {
            for start in stride(from: 0, to: input.count, by: piece) where !handshake.isDone {
                var part = UnsafeRawBufferPointer(rebasing: input[start..<min(start + piece, input.count)])
                let count = part.count
                _ = try handshake.consume(&part)
                taken += count - part.count
            }
            return (Array(handshake.output.bytes), taken, handshake.isDone, nil)
        } catch {
            return (Array(handshake.output.bytes), 0, false, error)
        }
    }
    let whole = run(piece: max(1, input.count))
    precondition(run(piece: piece) == whole)
    precondition(!whole.isDone || !hasKey, "a key was guessed")
    precondition(whole.output.count <= WireFormat.helloBytes + WireFormat.verdictBytes)
}
