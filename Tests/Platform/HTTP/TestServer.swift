import EventLoop
import Glibc
import HTTP
import Synchronization

/// A server on a shard of its own, with answers that tests can hold back.
final class TestServer: Sendable {
    let port: UInt16
    let handler: TestHandler
    private let group: ShardGroup

    init(_ configure: (inout HTTPServerConfiguration) -> Void = { _ in }) throws {
        var configuration = HTTPServerConfiguration()
        configuration.lingerTimeout = 200_000_000
        configure(&configuration)
        let handler = TestHandler()
        let port = Mutex<UInt16>(0)
        group = try ShardGroup(count: 1, name: "test") { [configuration] _, loop in
            let server = try HTTPServer(loop: loop, configuration: configuration, handler: handler)
            handler.server = server
            let address = try server.listen(on: SocketAddress(host: "127.0.0.1", port: 0))
            port.withLock { $0 = address.port }
            return [server]
        }
        self.handler = handler
        self.port = port.withLock { $0 }
    }

    deinit {
        group.stop()
        group.join()
    }

    var loop: EventLoop { group.loops[0] }

    func client(timeoutSeconds: Int = 10) throws -> RawClient {
        try RawClient(port: port, timeoutSeconds: timeoutSeconds)
    }

    /// One request on a connection of its own.
    func ask(_ request: String) throws -> RawClient.Answer {
        let client = try client()
        try client.send(request)
        return try client.answer()
    }

    func drain() {
        group.drain()
    }

    /// Runs on the loop's thread and waits for it.
    func onLoop<T: Sendable>(_ body: @escaping @Sendable (TestHandler) -> T) -> T {
        let result = Mutex<T?>(nil)
        loop.execute { [handler] in
            let value = body(handler)
            result.withLock { $0 = value }
        }
        while true {
            if let value = result.withLock({ $0 }) { return value }
            poll(nil, 0, 1)
        }
    }

    var statistics: HTTPServerStatistics {
        onLoop { $0.server?.statistics ?? HTTPServerStatistics() }
    }

    /// Waits up to ten seconds for a condition on what the server has counted.
    func eventually(_ condition: (HTTPServerStatistics) -> Bool) -> Bool {
        HTTPTests.eventually { condition(statistics) }
    }
}

/// Waits up to ten seconds for a condition.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<2000 {
        if condition() { return true }
        poll(nil, 0, 5)
    }
    return false
}

/// Answers by path: `/echo` with the request as it was understood, `/hold` when the test says so, others with "hello".
// @unchecked: used on the loop's thread only; tests get there by `TestServer.onLoop`.
final class TestHandler: HTTPBatchHandler, @unchecked Sendable {
    weak var server: HTTPServer?
    var held: [HTTPExchange] = []
    var batches: [Int] = []

    func handle(_ batch: [HTTPExchange]) {
        batches.append(batch.count)
        for exchange in batch {
            let request = exchange.request
            if request.pathEquals("/hold") {
                held.append(exchange)
            } else if request.segmentCount == 2, request.segmentEquals(0, "async") {
                Task(executorPreference: exchange.loop) {
                    await Task.yield()
                    await Task.yield()
                    exchange.respond(status: 200, contentType: "text/plain", body: request.segment(1))
                }
            } else if request.pathEquals("/big") {
                exchange.respond(status: 200, contentType: "text/plain", body: [UInt8](repeating: 120, count: 8 << 20))
            } else if request.pathEquals("/inject") {
                exchange.respond(
                    status: 200, contentType: "text/plain", headers: [("X-A", "b\r\nX-Evil: 1")], body: "hello")
            } else if request.segmentEquals(0, "echo") {
                echo(exchange)
            } else {
                exchange.respond(status: 200, contentType: "text/plain", body: "hello")
            }
        }
    }

    private func echo(_ exchange: HTTPExchange) {
        let request = exchange.request
        let body = exchange.responseBody
        body.append("\(request.method)|\(request.path)|")
        body.append((0..<request.segmentCount).map(request.segment).joined(separator: ","))
        body.append("|" as StaticString)
        body.append(
            (0..<request.queryCount).map { "\(request.queryName(at: $0))=\(request.queryValue(at: $0))" }.joined(
                separator: ","))
        body.append("|" as StaticString)
        body.append(request.header("x-test") ?? "-")
        body.append("|" as StaticString)
        body.append(request.body.bytes)
        exchange.send(status: 200, contentType: "text/plain")
    }
}
