import EventLoop
import HTTP
import Testing

/// Bodies in all framings, and the expectation that precedes them.
struct BodyTests {
    @Test func readsBodiesByLengthAndByChunks() throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhello")
        #expect(try client.answer().body == "post|/echo|echo||-|hello")
        let chunked =
            "PUT /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: Chunked\r\n\r\n"
            + "3\r\nhel\r\n0002;ext=1\r\nlo\r\n1\r\n\n\r\n0\r\nTrailer: x\r\n\r\n"
        try client.send(chunked)
        #expect(try client.answer().body == "put|/echo|echo||-|hello\n")
        for byte in chunked.utf8 { try client.send([byte]) }
        #expect(try client.answer().body == "put|/echo|echo||-|hello\n")
        try client.send(chunked + chunked + "GET /echo HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(try client.answer().body == "put|/echo|echo||-|hello\n")
        #expect(try client.answer().body == "put|/echo|echo||-|hello\n")
        #expect(try client.answer().body == "get|/echo|echo||-|")
    }

    @Test func continuesOnlyWhenTheBodyWillBeAccepted() throws {
        let server = try TestServer { $0.maximumBodyBytes = 100 }
        let client = try server.client()
        try client.send("POST /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n")
        #expect(try client.answer().status == 100)
        try client.send("hello")
        #expect(try client.answer().body == "post|/echo|echo||-|hello")

        try client.send("POST /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(try client.answer().status == 100)
        try client.send("2\r\nhi\r\n0\r\n\r\n")
        #expect(try client.answer().body == "post|/echo|echo||-|hi")

        // The body is here already: nobody waits for leave.
        try client.send("POST /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello")
        #expect(try client.answer().status == 200)

        try client.send("POST /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n")
        #expect(try client.answer().status == 413)
        #expect(client.isAtEnd())
    }

    @Test func headIsAnsweredWithTheHeaderOnly() throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("HEAD /hello HTTP/1.1\r\nHost: t\r\n\r\nGET /hello HTTP/1.1\r\nHost: t\r\n\r\n")
        let head = try client.answer(isHead: true)
        #expect(head.status == 200)
        #expect(head.header("Content-Length") == "5")
        #expect(try client.answer().body == "hello")
    }

    @Test func http10ClosesUnlessAskedToStay() throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(try client.answer().header("Connection") == "keep-alive")
        try client.send("GET /hello HTTP/1.0\r\n\r\n")
        #expect(try client.answer().header("Connection") == "close")
        #expect(client.isAtEnd())
    }

    @Test func largeAnswersReachSlowReaders() throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("GET /big HTTP/1.1\r\nHost: t\r\n\r\nGET /hello HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(server.eventually { $0.requests == 1 })
        #expect(try client.answer().body.utf8.count == 8 << 20)
        #expect(try client.answer().body == "hello")
    }

    @Test func badEscapesAre400AndTheConnectionGoesOn() throws {
        let server = try TestServer()
        let client = try server.client()
        for target in [
            "/%", "/%4", "/%zz", "/%00", "/a?b=%0", "/a?b=%00", "/%ff", "/a?b=%c3", "/%c3?%a9=1", "/a?b=%c3&%a9=c",
            "/%ed%a0%80",
        ] {
            let answer = try client.get(target)
            #expect(answer.status == 400, "\(target)")
            #expect(answer.header("Connection") == nil)
        }
        // In one piece with what follows: the answer comes from the server itself, and the rest must not be forgotten.
        try client.send(
            "GET /%00 HTTP/1.1\r\nHost: t\r\n\r\nGET /% HTTP/1.1\r\nHost: t\r\n\r\nGET /hello HTTP/1.1\r\nHost: t\r\n\r\n"
        )
        #expect(try client.answer().status == 400)
        #expect(try client.answer().status == 400)
        #expect(try client.answer().body == "hello")
    }
}
