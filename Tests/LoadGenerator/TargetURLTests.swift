import LoadGenerator
import Testing

@Suite struct TargetURLTests {
    @Test func plainURLsAreRead() {
        #expect(TargetURL("http://127.0.0.1:8080")?.authority == "127.0.0.1:8080")
        #expect(TargetURL("http://localhost:1/")?.host == "localhost")
        #expect(TargetURL("http://[::1]:8080/")?.host == "::1")
        #expect(TargetURL("http://[::1]:8080/")?.description == "http://[::1]:8080")
        #expect(TargetURL("http://example.test")?.port == 80)
    }

    @Test func othersAreRefused() {
        for text in [
            "", "http://", "https://a", "127.0.0.1:8080", "http://a:0", "http://a:65536", "http://a:x", "http://a:1:2",
            "http://a/path", "http://a?x", "http://u@a", "http://a\r\nX: y", "http://[::1", "http://[::1]8",
        ] {
            #expect(TargetURL(text) == nil, "\(text)")
        }
    }

    @Test func aKeyIsSentAndNeverShown() throws {
        var target = try #require(TargetURL("http://127.0.0.1:8080"))
        #expect(target.headers == "Host: 127.0.0.1:8080\r\n")
        target.key = "secret-of-the-gateway"
        #expect(target.headers == "Host: 127.0.0.1:8080\r\nAuthorization: Bearer secret-of-the-gateway\r\n")
        #expect(target.description == "http://127.0.0.1:8080")
    }
}
