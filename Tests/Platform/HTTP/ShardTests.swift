import EventLoop
import HTTP
import Synchronization
import Testing

/// Several shards on one port.
struct ShardTests {
    // @unchecked: each instance is used by one shard's thread.
    private final class NameHandler: HTTPBatchHandler, @unchecked Sendable {
        func handle(_ batch: [HTTPExchange]) {
            for exchange in batch { exchange.respond(status: 200, contentType: "text/plain", body: exchange.loop.name) }
        }
    }

    private func start(_ count: Int, port: UInt16) throws -> (ShardGroup, UInt16) {
        let reservation = try PortReservation(host: "127.0.0.1", port: port)
        let group = try ShardGroup(count: count) { _, loop in
            let server = try HTTPServer(loop: loop, configuration: HTTPServerConfiguration(), handler: NameHandler())
            try server.listen(on: reservation.address, reusePort: true)
            return [server]
        }
        return (group, reservation.address.port)
    }

    @Test func shardsShareAPort() throws {
        let (group, port) = try start(2, port: 0)
        var names: Set<String> = []
        for _ in 0..<64 { names.insert(try RawClient(port: port).get("/").body) }
        #expect(names == ["shard-0", "shard-1"])
        group.drain()
        #expect(throws: (any Error).self) { try RawClient(port: port).get("/") }
    }

    @Test func aPortInUseIsAClearError() throws {
        let (group, port) = try start(1, port: 0)
        defer { group.drain() }
        #expect(throws: ListenError.portInUse(host: "127.0.0.1", port: port)) {
            _ = try start(2, port: port)
        }
        let text = ListenError.portInUse(host: "127.0.0.1", port: port).description
        #expect(text.contains("\(port)"))
        #expect(text.contains("--port"))
    }

    @Test func aPortIsFreeAgainAfterADrain() throws {
        let (first, port) = try start(2, port: 0)
        let client = try RawClient(port: port)
        #expect(try client.get("/").status == 200)
        first.drain()
        let (second, _) = try start(2, port: port)
        #expect(try RawClient(port: port).get("/").status == 200)
        second.drain()
    }

    @Test func aFailedSetUpEndsAllShards() {
        struct Refusal: Error {}
        #expect(throws: Refusal.self) {
            _ = try ShardGroup(count: 2) { index, _ in
                if index == 1 { throw Refusal() }
                return []
            }
        }
    }
}
