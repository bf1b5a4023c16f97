import TestSupport
import Testing

@testable import RPC

/// Peers that do not keep to the protocol, on either side.
struct HostilePeerTests {
    @Test func garbageEndsItsConnectionAndNoOther() async throws {
        let role = try TestRole()
        let caller = try TestCaller(role.name)
        _ = try await caller.call(TestRole.echo)
        let stranger = try RawPeer(port: role.port)
        try stranger.send(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        try stranger.readToEnd()
        let mad = try RawPeer(port: role.port)
        try mad.shakeHands()
        try mad.send([UInt8](repeating: 0xee, count: 100))
        try mad.readToEnd()
        let wrongWay = try RawPeer(port: role.port)
        try wrongWay.shakeHands()
        try wrongWay.send(Frames.bytes(FrameHeader(.answer, id: 1)))
        try wrongWay.readToEnd()
        #expect(role.metric("cascade_rpc_server_refused_handshakes_total") == 1)
        #expect(role.metric("cascade_rpc_server_protocol_errors_total") == 2)
        #expect(try await caller.call(TestRole.echo) == [1, 2, 3])
        #expect(caller.metric("cascade_rpc_client_connects_total") == 1)
    }

    @Test func aFrameAboveTheLimitEndsItsConnectionBeforeItsBodyCame() throws {
        let role = try TestRole { $0.maximumBodyBytes = 1 << 20 }
        let peer = try RawPeer(port: role.port)
        try peer.shakeHands()
        var header = Frames.call(1)
        header.replaceSubrange(0..<4, with: [1, 0, 16, 0])
        try peer.send(header)
        try peer.readToEnd()
        #expect(role.metric("cascade_rpc_server_protocol_errors_total") == 1)
    }

    @Test func anotherVersionGetsAVerdict() throws {
        let role = try TestRole()
        let peer = try RawPeer(port: role.port)
        var hello = Hello(hasKey: false, maximumBodyBytes: 100)
        hello.lowestVersion = 8
        hello.highestVersion = 9
        #expect(throws: HandshakeError(verdict: 1)) { try peer.shakeHands(hello) }
        try peer.readToEnd()
    }

    @Test func whoDoesNotShakeHandsInTimeIsCut() throws {
        let role = try TestRole { $0.handshakeTimeout = 50_000_000 }
        let peer = try RawPeer(port: role.port)
        try peer.readToEnd()
        #expect(role.metric("cascade_rpc_server_refused_handshakes_total") == 1)
    }

    @Test func whoSaysNothingForLongIsCut() throws {
        let role = try TestRole { $0.idleTimeout = 50_000_000 }
        let peer = try RawPeer(port: role.port)
        try peer.shakeHands()
        try peer.readToEnd()
    }

    @Test func connectionsAboveTheLimitAreToldSo() async throws {
        let role = try TestRole { $0.maximumConnections = 1 }
        let first = try RawPeer(port: role.port)
        try first.shakeHands()
        let second = try RawPeer(port: role.port)
        #expect(throws: HandshakeError.tooManyConnections) { try second.shakeHands() }
        let caller = try TestCaller(role.name)
        #expect(await caller.failure(of: TestRole.echo) == .unavailable)
        try first.send(Frames.call(1, [8]))
        #expect(try first.frame().body == [8])
    }

    @Test func whoDoesNotFetchItsAnswersIsPausedAndThenCut() async throws {
        let role = try TestRole {
            $0.pausingBytes = 100_000
            $0.maximumQueuedBytes = 20_000_000
        }
        let lazy = try RawPeer(port: role.port, receiveBuffer: 4096)
        try lazy.shakeHands()
        // The answers are 50 times 1 MB.
        try lazy.send((0..<50).flatMap { Frames.call($0, method: 3, Array("1000000".utf8)) })
        await eventually { role.metric("cascade_rpc_server_slow_readers_total") == 1 }
        await eventually { role.metric("cascade_rpc_server_connections") == 0 }
        let caller = try TestCaller(role.name)
        #expect(try await caller.call(TestRole.echo) == [1, 2, 3])
    }

    @Test func whoFetchesNothingIsCutAfterAWhile() async throws {
        let role = try TestRole { $0.writeTimeout = 100_000_000 }
        let lazy = try RawPeer(port: role.port, receiveBuffer: 4096)
        try lazy.shakeHands()
        try lazy.send(Frames.call(1, method: 3, Array("16000000".utf8)))
        await eventually { role.metric("cascade_rpc_server_slow_readers_total") == 1 }
    }

    @Test func aServerThatAnswersGarbageIsUnavailable() async throws {
        let listener = try RawListener()
        let caller = try TestCaller("127.0.0.1:\(listener.port)")
        let call = caller.begin(TestRole.echo)
        let peer = try listener.accept()
        try peer.send(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8) + [UInt8](repeating: 0, count: 60))
        try peer.readToEnd()
        #expect(await call.value.code == .handshake)

        let next = try listener.accept()
        try next.welcome()
        await eventually { caller.metric("cascade_rpc_client_addresses_alive") == 1 }
        let second = caller.begin(TestRole.echo)
        _ = try next.frame()
        try next.send([UInt8](repeating: 0xff, count: 40))
        #expect(await second.value.code == .unavailable)
        try next.readToEnd()
    }

    @Test func anAnswerThatNobodyAskedForIsIgnored() async throws {
        let listener = try RawListener()
        let caller = try TestCaller("127.0.0.1:\(listener.port)")
        let call = caller.begin(TestRole.echo)
        let peer = try listener.accept()
        try peer.welcome()
        let id = try peer.frame().header.id
        for other in [0, id + 1, id &+ (1 << 20), .max] {
            try peer.send(Frames.bytes(FrameHeader(.answer, id: other), [6]))
        }
        try peer.send(Frames.bytes(FrameHeader(.answer, id: id), [5]))
        try peer.send(Frames.bytes(FrameHeader(.answer, id: id), [4]))
        #expect(await call.value == .success([5]))
        await eventually { caller.metric("cascade_rpc_client_late_answers_total") == 5 }
    }

    @Test func changedConversationsLeaveTheServerWhole() async throws {
        let role = try TestRole { $0.maximumBodyBytes = 1000 }
        var generator = SystemRandomNumberGenerator()
        let hello = Hello(hasKey: false, maximumBodyBytes: 1000).bytes + [UInt8](repeating: 0, count: 32)
        for _ in 0..<200 {
            var bytes =
                hello + (0..<5).flatMap { Frames.call($0, method: UInt16($0), [UInt8](repeating: 1, count: 20)) }
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let peer = try RawPeer(port: role.port)
            try? peer.send(Array(bytes.prefix(Int.random(in: 1...bytes.count, using: &generator))))
        }
        let caller = try TestCaller(role.name)
        #expect(try await caller.call(TestRole.echo) == [1, 2, 3])
        await eventually { role.metric("cascade_rpc_server_connections") == 1 }
    }
}

extension Result where Failure == RPCError {
    fileprivate var code: RPCError.Code? {
        if case .failure(let error) = self { error.code } else { nil }
    }
}
