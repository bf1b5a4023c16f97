import EventLoop
import HTTP
import Synchronization
import Testing

/// The load generator's connection, against the server.
struct HTTPClientTests {
    /// What a client saw, in words.
    // @unchecked: written on the loop's thread, read after it has ended.
    final class Recorder: HTTPClientDelegate, @unchecked Sendable {
        var requests: [String]
        var seen: [String] = []
        var connection: HTTPClientConnection?
        let done = LoopFlag()

        init(_ requests: [String]) {
            self.requests = requests
        }

        private func next() {
            guard let connection else { return }
            guard !requests.isEmpty else { return done.set() }
            guard connection.isIdle else { return connection.connect() }
            let request = requests.removeFirst()
            connection.send(Array(request.utf8), isHead: request.hasPrefix("HEAD"))
        }

        func clientDidConnect(_ connection: HTTPClientConnection) {
            seen.append("connected")
            next()
        }

        func client(_ connection: HTTPClientConnection, didReceive response: HTTPClientResponse) {
            let body = String(decoding: connection.body.bytes.prefix(40), as: UTF8.self)
            seen.append(
                "\(response.status) \(response.bodyCount) \(response.keepsAlive) \(body) \(connection.header("content-type") ?? "-")"
            )
            next()
        }

        func client(_ connection: HTTPClientConnection, didFail error: HTTPClientError, wasWaiting: Bool) {
            seen.append("\(error) \(wasWaiting)")
            done.set()
        }
    }

    private func run(_ requests: [String], port: UInt16, timeout: UInt64 = 5_000_000_000) throws -> [String] {
        let recorder = Recorder(requests)
        let group = try ShardGroup(count: 1, name: "client") { _, loop in
            let connection = HTTPClientConnection(
                loop: loop, address: try SocketAddress(host: "localhost", port: port),
                timeouts: try loop.makeDeadlineList(timeout: timeout), keepsContent: true, delegate: recorder)
            recorder.connection = connection
            connection.connect()
            return []
        }
        #expect(eventually { recorder.done.isSet })
        group.stop()
        group.join()
        recorder.connection = nil
        return recorder.seen
    }

    @Test func keepsTheConnectionAndReconnectsWhenTold() throws {
        let server = try TestServer()
        let seen = try run(
            [
                "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n",
                "HEAD /hello HTTP/1.1\r\nHost: t\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nab",
                "GET /big HTTP/1.1\r\nHost: t\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n",
            ], port: server.port)
        #expect(
            seen == [
                "connected",
                "200 5 true hello text/plain",
                "200 0 true  text/plain",
                "200 21 true post|/echo|echo||-|ab text/plain",
                "200 8388608 true xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx text/plain",
                "200 5 false hello text/plain",
                "connected",
                "200 5 true hello text/plain",
            ])
    }

    @Test func reportsTimeOutsAndRefusals() throws {
        let server = try TestServer()
        let late = try run(["GET /hold HTTP/1.1\r\nHost: t\r\n\r\n"], port: server.port, timeout: 100_000_000)
        #expect(late == ["connected", "no answer in the time allowed true"])
        let free = try PortReservation(host: "127.0.0.1", port: 0)
        let refused = try run([], port: free.address.port)
        #expect(refused.count == 1)
        #expect(refused[0].contains("connection refused"))
    }
}
