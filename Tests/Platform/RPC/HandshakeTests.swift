import EventLoop
import Testing

@testable import RPC

struct HandshakeTests {
    private static func hello(key: RPCKey?, _ change: (inout Hello) -> Void = { _ in }) -> Hello {
        var hello = Hello(hasKey: key != nil, maximumBodyBytes: 1 << 20)
        change(&hello)
        return hello
    }

    private struct Outcome: Equatable {
        var client: HandshakeError?
        var server: HandshakeError?
        var isDone = false
    }

    /// Lets two sides talk to each other until neither has anything to say, by pieces of a size.
    private static func meet(_ client: Handshake, _ server: Handshake, piece: Int = 100) -> Outcome {
        var (client, server) = (client, server)
        var outcome = Outcome()
        for _ in 0..<400 {
            if outcome.server == nil { outcome.server = carry(from: client, to: &server, piece: piece) }
            if outcome.client == nil { outcome.client = carry(from: server, to: &client, piece: piece) }
        }
        outcome.isDone = client.isDone && server.isDone
        return outcome
    }

    private static func carry(from sender: Handshake, to receiver: inout Handshake, piece: Int) -> HandshakeError? {
        let bytes = Array(sender.output.bytes.prefix(piece))
        sender.output.dropFirst(bytes.count)
        do {
            _ = try feed(&receiver, bytes)
            return nil
        } catch {
            return error
        }
    }

    private static func meet(clientKey: RPCKey?, serverKey: RPCKey?, piece: Int = 100) -> Outcome {
        meet(
            Handshake(.client, hello: hello(key: clientKey), key: clientKey),
            Handshake(.server, hello: hello(key: serverKey), key: serverKey), piece: piece)
    }

    @Test func twoSidesWithTheSameKeyOrNoneComeTogether() throws {
        let key = try RPCKey("the key of all roles")
        for piece in [1, 5, 31, 32, 33, 1000] {
            #expect(Self.meet(clientKey: key, serverKey: key, piece: piece) == Outcome(isDone: true))
            #expect(Self.meet(clientKey: nil, serverKey: nil, piece: piece) == Outcome(isDone: true))
        }
    }

    @Test func bothSidesLearnWhyTheyDoNot() throws {
        let key = try RPCKey("the key of all roles")
        let other = try RPCKey("the key of others..")
        #expect(Self.meet(clientKey: key, serverKey: other) == Outcome(client: .wrongKey, server: .wrongKey))
        #expect(Self.meet(clientKey: nil, serverKey: key) == Outcome(client: .keyNeeded, server: .keyNeeded))
        #expect(Self.meet(clientKey: key, serverKey: nil) == Outcome(client: .keyUnknown, server: .keyUnknown))
        let later = Self.hello(key: nil) {
            $0.lowestVersion = 2
            $0.highestVersion = 3
        }
        let ours = HandshakeError.noCommonVersion(ours: 1...1)
        let theirs = HandshakeError.noCommonVersion(ours: 2...3)
        #expect(
            Self.meet(
                Handshake(.client, hello: later, key: nil), Handshake(.server, hello: Self.hello(key: nil), key: nil))
                == Outcome(client: theirs, server: ours))
        let wider = Self.hello(key: nil) { $0.highestVersion = 7 }
        #expect(
            Self.meet(
                Handshake(.client, hello: wider, key: nil), Handshake(.server, hello: Self.hello(key: nil), key: nil)
            )
            .isDone)
        #expect(
            Self.meet(
                Handshake(.client, hello: Self.hello(key: nil), key: nil),
                Handshake(.server, hello: Self.hello(key: nil), key: nil, isFull: true))
                == Outcome(client: .tooManyConnections, server: .tooManyConnections))
    }

    @Test func whoHasNoKeyCannotRepeatWhatItHeard() throws {
        let key = try RPCKey("the key of all roles")
        // Its own proof sent back, as if it were the server's.
        var client = Handshake(.client, hello: Self.hello(key: key), key: key)
        let clientHello = Array(client.output.bytes)
        client.output.clear()
        #expect(try Self.feed(&client, clientHello) == false)
        let proof = Array(client.output.bytes)
        #expect(throws: HandshakeError.wrongKey) { _ = try Self.feed(&client, [0, 0, 0, 0] + proof) }

        // A client's messages of another connection.
        var first = Handshake(.server, hello: Self.hello(key: key), key: key)
        var honest = Handshake(.client, hello: Self.hello(key: key), key: key)
        let recordedHello = Array(honest.output.bytes)
        honest.output.clear()
        _ = try Self.feed(&honest, Array(first.output.bytes))
        let recordedProof = Array(honest.output.bytes)
        #expect(try Self.feed(&first, recordedHello + recordedProof))
        var second = Handshake(.server, hello: Self.hello(key: key), key: key)
        #expect(throws: HandshakeError.wrongKey) { _ = try Self.feed(&second, recordedHello + recordedProof) }
    }

    private static func feed(_ handshake: inout Handshake, _ bytes: [UInt8]) throws(HandshakeError) -> Bool {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        var input = UnsafeRawBufferPointer(copy)
        return try handshake.consume(&input)
    }

    @Test func anotherProtocolIsFoundOutAtItsFirstWrongByte() throws {
        for text in ["GET / HTTP/1.1\r\n\r\n", "X", "CRPX", "\u{16}\u{3}\u{1}"] {
            for side in [Handshake.Side.client, .server] {
                var handshake = Handshake(side, hello: Self.hello(key: nil), key: nil)
                #expect(throws: HandshakeError.notOurProtocol) { _ = try Self.feed(&handshake, Array(text.utf8)) }
                #expect(handshake.output.count == WireFormat.helloBytes, "no verdict for strangers")
            }
        }
    }

    @Test func whatFollowsTheHandshakeIsLeftForTheFrames() throws {
        var server = Handshake(.server, hello: Self.hello(key: nil), key: nil)
        let bytes = Self.hello(key: nil).bytes + [UInt8](repeating: 0, count: 32) + [1, 2, 3]
        let rest = try bytes.withUnsafeBytes { (bytes) throws(HandshakeError) -> [UInt8] in
            var input = bytes
            let isDone = try server.consume(&input)
            return isDone ? Array(input) : []
        }
        #expect(rest == [1, 2, 3])
    }

    @Test func randomAndChangedHandshakesEndInAnError() throws {
        let key = try RPCKey("the key of all roles")
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            var server = Handshake(.server, hello: Self.hello(key: key), key: key)
            var client = Handshake(.client, hello: Self.hello(key: key), key: key)
            let hello = Array(client.output.bytes)
            client.output.clear()
            _ = try Self.feed(&client, Array(server.output.bytes))
            var bytes = hello + Array(client.output.bytes)
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
            #expect(throws: HandshakeError.self) { _ = try Self.feed(&server, bytes) }
        }
    }

    @Test func aKeyHasAtLeastSixteenBytesAndIsNeverPrinted() throws {
        #expect(throws: RPCConfigurationError.shortKey) { _ = try RPCKey("fifteen bytes..") }
        let key = try RPCKey("a secret of theirs")
        #expect(!"\(key)".contains("secret"))
        #expect(!String(reflecting: key).contains("secret"))
    }
}
