import EventLoop
import Redis
import Synchronization
import TestSupport
import Testing

/// Servers that are no Redis: nothing is ever ready, nothing crashes, and it is counted.
struct StrangerTests {
    /// Listens, and says something at once and again whenever something is said to it.
    private final class Stranger: Sendable {
        let port: UInt16
        private let group: ShardGroup

        init(greeting: [UInt8], reply: [UInt8], hangsUp: Bool) throws {
            let port = Mutex<UInt16>(0)
            group = try ShardGroup(count: 1, name: "stranger") { _, loop in
                let address = try SocketAddress(host: "127.0.0.1", port: 0)
                let talker = Talker(reply: reply, hangsUp: hangsUp)
                let listener = try TCPListener(loop: loop, address: address) { stream in
                    stream.delegate = talker
                    greeting.withUnsafeBytes { _ = stream.write($0) }
                    stream.startReading()
                }
                port.withLock { $0 = listener.address.port }
                return []
            }
            self.port = port.withLock { $0 }
        }

        deinit {
            group.stop()
            group.join()
        }
    }

    private final class Talker: TCPStreamDelegate {
        let reply: [UInt8]
        let hangsUp: Bool

        init(reply: [UInt8], hangsUp: Bool) {
            self.reply = reply
            self.hangsUp = hangsUp
        }

        func streamDidRead(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
            reply.withUnsafeBytes { _ = stream.write($0) }
            if hangsUp { stream.close() }
        }

        func streamDidEnd(_ stream: TCPStream, error: UVError?) { stream.close() }
    }

    @Test(arguments: [
        ("", "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", true, "not_redis"),
        ("+OK POP3 server ready\r\n", "", false, "not_redis"),
        ("* OK IMAP4 ready\r\n", "", false, "not_redis"),
        ("220 ftp ready\r\n", "", false, "not_redis"),
        ("-ERR max number of clients reached\r\n", "", true, "refused"),
        ("", "+PONG\r\n+PONG\r\n", false, "not_redis"),
        ("", "+HELLO\r\n", false, "not_redis"),
        ("", "*2147483647\r\n", false, "not_redis"),
        ("", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n", false, "not_redis"),
        ("", "$99999999999999\r\nabc", true, "lost"),
        ("", ":1\r\n", false, "not_redis"),
        ("", "$-1\r\n", false, "not_redis"),
        ("", "-LOADING Redis is loading the dataset in memory\r\n", false, "refused"),
        ("", "", true, "lost"),
        ("\u{0}\u{1}\u{2}", "", false, "not_redis"),
    ])
    func isNeverReady(greeting: String, reply: String, hangsUp: Bool, problem: String) async throws {
        let stranger = try Stranger(greeting: Array(greeting.utf8), reply: Array(reply.utf8), hangsUp: hangsUp)
        let shard = try RedisShard(RedisEndpoint(host: "127.0.0.1", port: stranger.port))
        let series = "cascade_redis_problems_total{reason=\"\(problem)\"}"
        await eventually { shard.metric(series) >= 2 }
        #expect(try await shard.send(.get([[1]])) == .missed(.unavailable))
    }

    @Test func randomBytesNeverCrash() async throws {
        var generator = SystemRandomNumberGenerator()
        let starts = Array("+-:$*".utf8)
        for _ in 0..<20 {
            var bytes = (0..<2_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
            for place in stride(from: 0, to: bytes.count, by: 20) {
                bytes[place] = 10
                bytes[place + 1] = starts.randomElement(using: &generator) ?? 43
                bytes[place + 2] = UInt8.random(in: 0x30...0x39, using: &generator)
            }
            bytes[0] = starts.randomElement(using: &generator) ?? 43
            let stranger = try Stranger(greeting: [], reply: bytes, hangsUp: true)
            let shard = try RedisShard(RedisEndpoint(host: "127.0.0.1", port: stranger.port))
            let reasons = ["not_redis", "lost", "refused"].map { "cascade_redis_problems_total{reason=\"\($0)\"}" }
            await eventually { reasons.contains { shard.metric($0) >= 1 } }
            #expect(shard.metric("cascade_redis_connects_total") == 0)
        }
    }
}
