import EventLoop
import HTTP
import Testing

/// Well-behaved clients.
struct HTTPServerTests {
    @Test func answersWithDateLengthAndTypeOnly() throws {
        let server = try TestServer()
        let answer = try server.client().get("/hello")
        #expect(answer.status == 200)
        #expect(answer.body == "hello")
        #expect(answer.header("Content-Type") == "text/plain")
        #expect(answer.header("Date")?.hasSuffix(" GMT") == true)
        #expect(answer.header("Server") == nil)
    }

    @Test func decodesPathAndQuery() throws {
        let server = try TestServer()
        let client = try server.client()
        #expect(
            try client.get("/echo/a%2Fb%20c/?q=x+y%2B&empty=&%C3%A9=1&flag", headers: "X-Test: v\r\n").body
                == "get|/echo/a/b c/|echo,a/b c,|q=x y+,empty=,é=1,flag=|v|")
        #expect(try client.get("http://other:80/echo?a=b").body == "get|/echo|echo|a=b|-|")
    }

    @Test func answersPipelinedRequestsInOrder() throws {
        let server = try TestServer()
        let client = try server.client()
        let paths = (0..<200).map { $0 % 3 == 0 ? "/async/\($0)" : "/echo/\($0)" }
        try client.send(paths.map { "GET \($0) HTTP/1.1\r\nHost: t\r\n\r\n" }.joined())
        for (index, path) in paths.enumerated() {
            let body = try client.answer().body
            #expect(body == (index % 3 == 0 ? "\(index)" : "get|\(path)|echo,\(index)||-|"))
        }
    }
}
