import EventLoop
import Glibc
import HTTP
import Testing

/// Sockets that outlive those who listen on them.
struct SocketHandOverTests {
    // @unchecked: each instance is used by one shard's thread.
    private final class NameHandler: HTTPBatchHandler, @unchecked Sendable {
        func handle(_ batch: [HTTPExchange]) {
            for exchange in batch { exchange.respond(status: 200, contentType: "text/plain", body: exchange.loop.name) }
        }
    }

    private func serve(_ sockets: [ListeningSocket], name: String, shards: Int) throws -> ShardGroup {
        try ShardGroup(count: shards, name: name) { index, loop in
            let server = try HTTPServer(loop: loop, configuration: HTTPServerConfiguration(), handler: NameHandler())
            for socket in sockets.share(of: index, among: shards) { try server.listen(on: socket) }
            return [server]
        }
    }

    @Test(arguments: [1, 2, 3])
    func whatConnectsWhileNobodyListensIsAnsweredByTheNextWhoDoes(count: Int) throws {
        let sockets = try PortReservation(host: "127.0.0.1", port: 0).sockets(count)
        let port = sockets[0].address.port
        #expect(sockets.allSatisfy { $0.address.port == port && $0.address.host == "127.0.0.1" })
        // Bound, and nobody has ever listened.
        #expect(throws: (any Error).self) { try RawClient(port: port) }
        let first = try serve(sockets, name: "first", shards: 2)
        for _ in 0..<20 { #expect(try RawClient(port: port).get("/").body.hasPrefix("first")) }
        first.drain()
        let waiting = try (0..<20).map { _ in try RawClient(port: port) }
        for client in waiting { try client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n") }
        #expect(!waiting.contains { $0.isReadable(milliseconds: 1) })
        let second = try serve(sockets, name: "second", shards: 2)
        var names: Set<String> = []
        for client in waiting { names.insert(try client.answer().body) }
        for _ in 0..<64 { names.insert(try RawClient(port: port).get("/").body) }
        #expect(names.allSatisfy { $0.hasPrefix("second") })
        if count > 1 { #expect(names.count == 2, "each shard has its part") }
        second.drain()
    }

    @Test func everySocketIsSomebodys() throws {
        let sockets = try PortReservation(host: "127.0.0.1", port: 0).sockets(5)
        for shards in 1...7 {
            let shares = (0..<shards).map { sockets.share(of: $0, among: shards).map(\.descriptor) }
            #expect(shares.allSatisfy { !$0.isEmpty })
            #expect(Set(shares.joined()) == Set(sockets.map(\.descriptor)))
        }
    }

    @Test func whatIsNoSocketOfTCPIsAClearError() throws {
        func reason(_ descriptor: Int32) -> String {
            defer { close(descriptor) }
            do {
                _ = try ListeningSocket(adopting: descriptor)
                return "none"
            } catch {
                return error.description
            }
        }
        #expect(reason(open("/dev/null", O_RDONLY)).contains("LISTEN_FDS"))
        #expect(reason(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)).contains("not a socket of TCP"))
        #expect(reason(socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)).contains("not a socket of TCP"))
        #expect(reason(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)).contains("not bound"))
    }

    @Test func socketsForAnotherProcessAreLeftAlone() throws {
        for environment in [
            [:], ["LISTEN_FDS": "1"], ["LISTEN_FDS": "1", "LISTEN_PID": "1"], ["LISTEN_PID": "\(getpid())"],
            ["LISTEN_FDS": "x", "LISTEN_PID": "\(getpid())"], ["LISTEN_FDS": "0", "LISTEN_PID": "\(getpid())"],
        ] {
            #expect(try InheritedSockets.take(environment).isEmpty)
        }
        #expect(try InheritedSockets.take(["LISTEN_FDS": "1", "LISTEN_PID": "1"], isFromParent: true).isEmpty)
    }
}
