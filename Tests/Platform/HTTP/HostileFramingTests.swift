import EventLoop
import HTTP
import Testing

/// Requests whose end two readers could see in different places: all are 400, and the connection ends.
struct HostileFramingTests {
    static let malformed: [(name: String, request: String)] = [
        (
            "both lengths",
            "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        (
            "both lengths, reversed",
            "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"
        ),
        ("two lengths", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"),
        ("two equal lengths", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
        ("list of lengths", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5, 5\r\n\r\nhello"),
        ("signed length", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: +5\r\n\r\nhello"),
        ("negative length", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n"),
        ("hexadecimal length", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 0x5\r\n\r\nhello"),
        ("empty length", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length:\r\n\r\n"),
        ("overflowing length", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999999999999\r\n\r\n"),
        ("unknown coding", "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        ("two codings", "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        ("identity coding", "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: identity\r\n\r\n"),
        ("coding with a tab inside", "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chun\tked\r\n\r\n0\r\n\r\n"),
        (
            "coding twice",
            "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        ("coding in HTTP/1.0", "POST / HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("bare LF after the request line", "GET / HTTP/1.1\nHost: t\r\n\r\n"),
        ("bare LF after a field", "GET / HTTP/1.1\r\nHost: t\nX: y\r\n\r\n"),
        ("bare LF at the end", "GET / HTTP/1.1\r\nHost: t\r\n\n"),
        ("bare CR in a field", "GET / HTTP/1.1\r\nHost: t\r\nX: a\rb\r\n\r\n"),
        ("space before the colon", "GET / HTTP/1.1\r\nHost : t\r\n\r\n"),
        ("tab before the colon", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length\t: 5\r\n\r\nhello"),
        ("folded field", "GET / HTTP/1.1\r\nHost: t\r\nX: a\r\n b\r\n\r\n"),
        ("field before any name", "GET / HTTP/1.1\r\n Host: t\r\n\r\n"),
        ("field without a colon", "GET / HTTP/1.1\r\nHost: t\r\nnonsense\r\n\r\n"),
        ("field without a name", "GET / HTTP/1.1\r\nHost: t\r\n: x\r\n\r\n"),
        ("NUL in a field", "GET / HTTP/1.1\r\nHost: t\r\nX: a\0b\r\n\r\n"),
        ("no host", "GET / HTTP/1.1\r\n\r\n"),
        ("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        ("two spaces in the request line", "GET  / HTTP/1.1\r\nHost: t\r\n\r\n"),
        ("no version", "GET /\r\nHost: t\r\n\r\n"),
        ("tab in the target", "GET /a\tb HTTP/1.1\r\nHost: t\r\n\r\n"),
        ("raw UTF-8 in the target", "GET /é HTTP/1.1\r\nHost: t\r\n\r\n"),
        ("fragment", "GET /a#b HTTP/1.1\r\nHost: t\r\n\r\n"),
        ("target without a slash", "GET a HTTP/1.1\r\nHost: t\r\n\r\n"),
        ("TLS", "\u{16}\u{03}\u{01}\u{02}\0\u{01}\0\u{01}\u{fc}\u{03}\u{03}\r\n\r\n"),
        ("bad chunk size", "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        (
            "chunk longer than it says",
            "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n"
        ),
        (
            "chunk size with bare LF",
            "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2\nab\r\n0\r\n\r\n"
        ),
        (
            "bare LF in a chunk's extension",
            "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2;a\nb\r\nab\r\n0\r\n\r\n"
        ),
        ("bare LF in a trailer", "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\n\r\n"),
        (
            "overflowing chunk size",
            "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"
        ),
    ]

    @Test func malformedRequestsAre400AndClose() throws {
        let server = try TestServer()
        for (name, request) in Self.malformed {
            let client = try server.client()
            // A request behind the bad one must never be answered.
            try client.send(request + "GET /smuggled HTTP/1.1\r\nHost: t\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.status == 400, "\(name)")
            #expect(answer.header("Connection") == "close", "\(name)")
            #expect(answer.header("Content-Type") == "application/problem+json", "\(name)")
            #expect(answer.body.hasPrefix("{\"type\":\"urn:cascade:problem:bad-request\""), "\(name)")
            #expect(client.isAtEnd(), "\(name)")
        }
        let statistics = server.statistics
        #expect(statistics.rejectedMalformed >= UInt64(Self.malformed.count - 1))
        #expect(server.onLoop { $0.batches.isEmpty })
    }

    @Test func malformedRequestsAre400HoweverTheyArrive() throws {
        let server = try TestServer()
        for (name, request) in Self.malformed {
            let client = try server.client()
            // Byte by byte; the server may have answered and closed before the last one.
            for byte in request.utf8 {
                do { try client.send([byte]) } catch { break }
            }
            #expect(try client.answer().status == 400, "\(name)")
        }
    }

    @Test func unknownMethodsUpgradesAndVersionsAreRefused() throws {
        let server = try TestServer()
        let cases: [(request: String, status: Int)] = [
            ("BREW / HTTP/1.1\r\nHost: t\r\n\r\n", 501),
            ("CONNECT a:1 HTTP/1.1\r\nHost: t\r\n\r\n", 501),
            ("get / HTTP/1.1\r\nHost: t\r\n\r\n", 501),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
            ("GET / HTTP/3.0\r\nHost: t\r\n\r\n", 505),
            ("GET / HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 501),
            ("GET / HTTP/1.1\r\nHost: t\r\nExpect: a-miracle\r\n\r\n", 417),
        ]
        for (request, status) in cases {
            let client = try server.client()
            try client.send(request)
            let answer = try client.answer()
            #expect(answer.status == status, "\(request)")
            #expect(answer.header("Content-Type") == "application/problem+json")
            #expect(client.isAtEnd())
        }
        #expect(server.statistics.rejectedUnsupported == UInt64(cases.count))
    }

    @Test func headersOfAnswersCannotBeInjected() throws {
        let server = try TestServer()
        let answer = try server.client().get("/inject")
        #expect(answer.header("X-Evil") == nil)
        #expect(answer.header("X-A") == "b  X-Evil: 1")
    }
}
