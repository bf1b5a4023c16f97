import EventLoop
import Glibc
import HTTP
import Testing

/// Clients that take their time.
struct TimeoutTests {
    /// Sends `drip` a byte at a time, one every 10 ms, until the server answers; returns the answer and the seconds it took.
    private func drip(_ drip: String, after begin: String, to server: TestServer) throws -> (RawClient.Answer, Double) {
        let client = try server.client()
        let start = EventLoop.preciseNow
        try client.send(begin)
        for byte in drip.utf8 {
            do { try client.send([byte]) } catch { break }
            if client.isReadable(milliseconds: 10) { break }
        }
        let answer = try client.answer()
        let seconds = Double(EventLoop.preciseNow - start) / 1e9
        #expect(client.isAtEnd())
        return (answer, seconds)
    }

    @Test func aDrippingHeaderTimesOutFromItsFirstByte() throws {
        let server = try TestServer { $0.requestTimeout = 200_000_000 }
        let (answer, seconds) = try drip(
            String(repeating: "X-A: b\r\n", count: 90), after: "GET / HTTP/1.1\r\nHost: t\r\n", to: server)
        #expect(answer.status == 408)
        #expect(answer.body.contains("urn:cascade:problem:request-timeout"))
        #expect(seconds >= 0.2)
        #expect(seconds < 5)
        #expect(server.statistics.requestTimeouts == 1)
    }

    @Test func aDrippingBodyTimesOutFromTheRequestsFirstByte() throws {
        let server = try TestServer { $0.requestTimeout = 200_000_000 }
        for framing in ["Content-Length: 1000", "Transfer-Encoding: chunked"] {
            let body =
                framing.hasPrefix("C")
                ? String(repeating: "b", count: 900) : String(repeating: "1\r\nb\r\n", count: 150)
            let (answer, seconds) = try drip(
                body, after: "POST / HTTP/1.1\r\nHost: t\r\n\(framing)\r\n\r\n", to: server)
            #expect(answer.status == 408)
            #expect(seconds >= 0.2)
            #expect(seconds < 5)
        }
    }

    @Test func everyRequestHasItsOwnTime() throws {
        let server = try TestServer { $0.requestTimeout = 400_000_000 }
        let client = try server.client()
        for _ in 0..<3 {
            try client.send("GET /hello HTTP/1.1\r\n")
            poll(nil, 0, 200)
            try client.send("Host: t\r\n\r\n")
            #expect(try client.answer().status == 200)
        }
    }

    @Test func idleConnectionsAreClosedWithoutAWord() throws {
        let server = try TestServer { $0.idleTimeout = 100_000_000 }
        let silent = try server.client()
        let used = try server.client()
        #expect(try used.get("/hello").status == 200)
        #expect(silent.isAtEnd())
        #expect(used.isAtEnd())
        #expect(server.eventually { $0.idleTimeouts == 2 })
    }

    @Test func aHandlerThatForgetsARequestIsAnsweredFor() throws {
        let server = try TestServer { $0.answerTimeout = 100_000_000 }
        let client = try server.client()
        try client.send("GET /hold HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(try client.answer().status == 503)
        #expect(client.isAtEnd())
        _ = server.onLoop { handler in
            for exchange in handler.held { exchange.respond(status: 200, contentType: "text/plain") }
            return true
        }
        #expect(server.statistics.answersDropped == 1)
    }

    @Test func aClientThatDoesNotFetchItsAnswerIsCut() throws {
        let server = try TestServer { $0.writeTimeout = 100_000_000 }
        let client = try server.client()
        try client.send("GET /big HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(server.eventually { $0.writeTimeouts == 1 && $0.connectionsOpen == 0 })
    }
}
