import Checksum
import Configuration
import Metrics
import Stack
import Testing

/// The side of a process that probes see.
@Suite struct AdminServerTests {
    private static let key = "a-key-of-some-length"
    private static let hash = SHA256.hex(of: Array(key.utf8))

    private func start(_ host: String, keys: Set<String> = [], _ board: ReadinessBoard) throws -> AdminServer {
        let policy = AdminPolicy(HostPort(host: host, port: 0), role: .recall, keyHashes: keys)
        let metrics = MetricRegistry()
        metrics.counter("cascade_test_total", help: "A test.").add(7)
        return try AdminServer(policy, board: board, metrics: metrics)
    }

    @Test func probesFollowTheProcess() throws {
        let board = ReadinessBoard("It is starting.")
        let server = try start("127.0.0.1", board)
        defer { server.drain() }
        let connection = try Connection(server.url)
        #expect(try connection.get("/livez").status == 200)
        var reply = try connection.get("/readyz")
        #expect(reply.status == 503 && reply.problem == "not-ready" && reply.text.contains("It is starting."))
        board.ask { .ready }
        #expect(try connection.get("/readyz").status == 200)
        board.wait("It is ending.")
        reply = try connection.get("/readyz")
        #expect(reply.status == 503 && reply.text.contains("It is ending."))
        #expect(try connection.get("/metrics").text.contains("cascade_test_total 7"))
        for target in ["/", "/recommend", "/metrics/x"] { #expect(try connection.get(target).status == 404) }
        #expect(try connection.post("/livez", "").status == 405)
    }

    @Test func metricsAreForHoldersOfAKey() throws {
        let server = try start("127.0.0.1", keys: [Self.hash], ReadinessBoard(""))
        defer { server.drain() }
        let connection = try Connection(server.url)
        #expect(try connection.get("/metrics").status == 401)
        #expect(try connection.get("/livez").status == 200)
        let right = ["Authorization": "Bearer \(Self.key)"]
        #expect(try connection.ask("GET", "/metrics", headers: right).status == 200)
    }

    @Test func elsewhereThanOnLoopbackThereAreOnlyProbesWithoutKeys() throws {
        let open = try start("0.0.0.0", ReadinessBoard(""))
        defer { open.drain() }
        var connection = try Connection(open.url)
        #expect(try connection.get("/livez").status == 200)
        let reply = try connection.get("/metrics")
        #expect(reply.status == 403 && reply.text.contains("CASCADE_API_KEYS"))
        let closed = try start("0.0.0.0", keys: [Self.hash], ReadinessBoard(""))
        defer { closed.drain() }
        connection = try Connection(closed.url)
        #expect(try connection.ask("GET", "/metrics", headers: ["Authorization": "Bearer \(Self.key)"]).status == 200)
    }
}
