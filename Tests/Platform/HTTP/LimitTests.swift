import EventLoop
import HTTP
import Testing

/// What is too much is refused at once, without reading on.
struct LimitTests {
    @Test func limitsAreExact() throws {
        let server = try TestServer {
            $0.maximumURLBytes = 100
            $0.maximumHeaderBytes = 200
            $0.maximumHeaderCount = 5
            $0.maximumBodyBytes = 50
        }
        func status(url: Int = 10, header: Int = 20, fields: Int = 1, body: Int = 0) throws -> Int {
            let target = "/" + String(repeating: "a", count: url - 1)
            let host = "Host: t\r\nContent-Length: \(body)\r\n"
            let more = String(repeating: "X: y\r\n", count: fields - 1)
            let padding = max(0, header - host.utf8.count - more.utf8.count - 5)
            let fill = header > 20 ? "P: " + String(repeating: "p", count: padding) + "\r\n" : ""
            let client = try server.client()
            try client.send(
                "POST \(target) HTTP/1.1\r\n\(host)\(more)\(fill)\r\n" + String(repeating: "b", count: body))
            return try client.answer().status
        }
        #expect(try status(url: 100) == 200)
        #expect(try status(url: 101) == 414)
        #expect(try status(header: 200) == 200)
        #expect(try status(header: 201) == 431)
        #expect(try status(fields: 4) == 200)
        #expect(try status(fields: 5) == 431)
        #expect(try status(body: 50) == 200)
        #expect(try status(body: 51) == 413)
    }

    @Test func endlessURLsHeadersAndBodiesAreCutShort() throws {
        let server = try TestServer { $0.maximumBodyBytes = 100_000 }
        let start = "POST / HTTP/1.1\r\nHost: t\r\n"
        let cases: [(begin: String, flood: String, status: Int)] = [
            ("GET /", "aaaaaaaaaaaaaaaa", 414),
            ("", "AAAAAAAAAAAAAAAA", 414),
            (start + "X: ", "aaaaaaaaaaaaaaaa", 431),
            (start, "aaaaaaaaaaaaaaaa", 431),
            (start, "X-A: aaaaaaaa\r\n", 431),
            (start + "Transfer-Encoding: chunked\r\n\r\n", "8\r\naaaaaaaa\r\n", 413),
            (start + "Transfer-Encoding: chunked\r\n\r\nffffff\r\n", "aaaaaaaaaaaaaaaa", 413),
            (start + "Content-Length: 999999999999\r\n\r\n", "aaaaaaaaaaaaaaaa", 413),
        ]
        for (begin, flood, status) in cases {
            let client = try server.client()
            try client.send(begin)
            // A flood of some 30 KiB at least, more than any head may have; 200 KiB where bodies are meant.
            let count = status == 413 ? 13_000 : 2_500
            try? client.send(String(repeating: flood, count: count))
            #expect(try client.answer().status == status, "\(begin) \(flood)")
            #expect(client.isAtEnd())
        }
        #expect(server.onLoop { $0.batches.isEmpty })
        #expect(server.eventually { $0.connectionsOpen == 0 })
        let statistics = server.statistics
        #expect(statistics.rejectedURLs == 2)
        #expect(statistics.rejectedHeaders == 3)
        #expect(statistics.rejectedBodies == 3)
    }

    @Test func anAnnouncedBodyIsRefusedBeforeItIsSent() throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 10000000\r\n\r\n")
        let answer = try client.answer()
        #expect(answer.status == 413)
        #expect(answer.body.contains("urn:cascade:problem:body-too-large"))
        // The client does not take the hint: the server reads a bounded part of it and then ends the connection.
        var sent = 0
        let piece = [UInt8](repeating: 98, count: 100_000)
        while sent < 200_000_000, (try? client.send(piece)) != nil { sent += piece.count }
        #expect(sent < 200_000_000)
        #expect(server.eventually { $0.connectionsOpen == 0 })
        #expect(server.statistics.bytesReceived < 3_000_000)
    }

    @Test func connectionsAboveTheLimitAreToldSo() throws {
        let server = try TestServer { $0.maximumConnections = 3 }
        var clients: [RawClient] = []
        for _ in 0..<3 {
            let client = try server.client()
            #expect(try client.get("/hello").status == 200)
            clients.append(client)
        }
        let extra = try server.client()
        #expect(try extra.answer().status == 503)
        #expect(extra.isAtEnd())
        extra.close()
        clients.removeLast()
        #expect(server.eventually { $0.connectionsOpen == 2 })
        #expect(try server.client().get("/hello").status == 200)
        #expect(server.statistics.rejectedConnections == 1)
    }

    @Test func aTurnsRequestsAreHandedOverInBoundedBatches() throws {
        let server = try TestServer { $0.maximumBatch = 4 }
        let clients = try (0..<10).map { _ in try server.client() }
        #expect(server.eventually { $0.connectionsOpen == 10 })
        // While the loop is kept busy, all ten arrive; they are one turn's work then.
        _ = server.onLoop { [clients] _ in
            for client in clients { try? client.send("GET /hello HTTP/1.1\r\nHost: t\r\n\r\n") }
            return true
        }
        for client in clients { #expect(try client.answer().body == "hello") }
        #expect(server.onLoop { $0.batches } == [4, 4, 2])
    }
}
