import EventLoop
import HTTP
import Testing

/// Clients that go away, and a server that does.
struct DisconnectTests {
    @Test func aResetWhilePendingIsNoticedAndTheAnswerDropped() throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("GET /hold HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(server.eventually { $0.requests == 1 })
        client.reset()
        #expect(server.eventually { $0.disconnectsWhilePending == 1 && $0.connectionsOpen == 0 })
        let wasDisconnected = server.onLoop { handler in
            let exchange = handler.held[0]
            exchange.respond(status: 200, contentType: "text/plain", body: "late")
            return exchange.isDisconnected
        }
        #expect(wasDisconnected)
        #expect(server.statistics.answersDropped == 1)
        #expect(try server.client().get("/hello").status == 200)
    }

    @Test func aCloseWhilePendingHarmsNobody() throws {
        let server = try TestServer()
        for _ in 0..<20 {
            let client = try server.client()
            try client.send("GET /hold HTTP/1.1\r\nHost: t\r\n\r\nGET /hold HTTP/1.1\r\nHost: t\r\n\r\n")
            client.close()
        }
        #expect(server.eventually { $0.requests + $0.disconnectsWhilePending >= 20 })
        #expect(
            server.eventually { _ in
                server.onLoop { handler in
                    for exchange in handler.held {
                        exchange.respond(status: 200, contentType: "text/plain", body: "late")
                    }
                    handler.held = []
                    return handler.server?.statistics.connectionsOpen == 0
                }
            })
        #expect(try server.client().get("/hello").status == 200)
    }

    @Test func aClientThatFinishedSendingStillGetsItsAnswers() throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("GET /hold HTTP/1.1\r\nHost: t\r\n\r\nGET /hello HTTP/1.1\r\nHost: t\r\n\r\n")
        client.finishWriting()
        #expect(server.eventually { $0.requests == 1 })
        _ = server.onLoop { handler in
            handler.held[0].respond(status: 200, contentType: "text/plain", body: "held")
            return true
        }
        #expect(try client.answer().body == "held")
        #expect(try client.answer().body == "hello")
        #expect(client.isAtEnd())
    }

    @Test func aHalfSentRequestThatEndsIsForgotten() throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc")
        client.finishWriting()
        #expect(client.isAtEnd())
        #expect(server.statistics.requests == 0)
    }

    @Test func anExchangeHeldBeyondItsAnswerIsNotReused() throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("GET /hold HTTP/1.1\r\nHost: t\r\nX-Test: first\r\n\r\n")
        #expect(server.eventually { $0.requests == 1 })
        _ = server.onLoop { handler in
            handler.held[0].respond(status: 200, contentType: "text/plain", body: "held")
            return true
        }
        #expect(try client.answer().body == "held")
        #expect(try client.get("/echo", headers: "X-Test: second\r\n").body == "get|/echo|echo||second|")
        let first = server.onLoop { handler in
            // A second answer has no effect.
            handler.held[0].respond(status: 500, contentType: "text/plain", body: "again")
            return handler.held[0].request.header("x-test")
        }
        #expect(first == "first")
        #expect(try client.get("/hello").body == "hello")
    }

    @Test func drainingFinishesWhatIsInFlight() throws {
        let server = try TestServer()
        let idle = try server.client()
        #expect(try idle.get("/hello").status == 200)
        let busy = try server.client()
        try busy.send("GET /hold HTTP/1.1\r\nHost: t\r\n\r\n")
        let reading = try server.client()
        try reading.send("GET /hello HTTP/1.1\r\n")
        #expect(server.eventually { $0.requests == 2 && $0.bytesReceived > 80 })
        let drained = LoopFlag()
        server.loop.execute { [handler = server.handler] in
            handler.server?.drain { drained.set() }
        }
        #expect(idle.isAtEnd())
        #expect(throws: (any Error).self) { try server.client().get("/hello") }
        #expect(!drained.isSet)
        try reading.send("Host: t\r\n\r\n")
        let last = try reading.answer()
        #expect(last.status == 200)
        #expect(last.header("Connection") == "close")
        #expect(reading.isAtEnd())
        _ = server.onLoop { handler in
            handler.held[0].respond(status: 200, contentType: "text/plain", body: "held")
            return true
        }
        let answer = try busy.answer()
        #expect(answer.body == "held")
        #expect(answer.header("Connection") == "close")
        #expect(busy.isAtEnd())
        #expect(server.eventually { _ in drained.isSet })
        server.drain()
    }

    @Test func aRequestOnItsWayToADrainingServerIsAnswered() throws {
        let server = try TestServer { $0.drainIdleTimeout = 60_000_000_000 }
        let client = try server.client()
        #expect(try client.get("/hello").header("Connection") == nil)
        let drained = LoopFlag()
        _ = server.onLoop { handler in
            handler.server?.drain { drained.set() }
            return true
        }
        let last = try client.get("/hello")
        #expect(last.status == 200)
        #expect(last.header("Connection") == "close")
        #expect(client.isAtEnd())
        #expect(server.eventually { _ in drained.isSet })
        server.drain()
    }

    @Test func drainingCutsWhatTakesTooLong() throws {
        let server = try TestServer { $0.drainTimeout = 100_000_000 }
        let busy = try server.client()
        try busy.send("GET /hold HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(server.eventually { $0.requests == 1 })
        server.drain()
        #expect(busy.isAtEnd())
    }
}
