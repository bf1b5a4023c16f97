import EventLoop
import RPC
import Testing

struct NameTests {
    @Test func namesAreListsOfHostsAndPorts() throws {
        #expect(try RPCName("ranking:7102").endpoints == [.init(host: "ranking", port: 7102)])
        #expect(
            try RPCName("10.0.0.1:7101, [::1]:7101,10.0.0.1:7101").endpoints == [
                .init(host: "10.0.0.1", port: 7101), .init(host: "::1", port: 7101),
            ])
        #expect(try RPCName("[::1]:7,a:8").description == "[::1]:7,a:8")
        #expect(throws: RPCConfigurationError.emptyName) { _ = try RPCName(" , ".replacing(" ", with: "")) }
        for text in ["host", "host:", "host:0", "host:65536", "host:http", ""] {
            #expect(throws: RPCConfigurationError.self) { _ = try RPCName(text) }
        }
        #expect(throws: RPCConfigurationError.malformedEndpoint(":80")) { _ = try RPCName(":80") }
        #expect(throws: RPCConfigurationError.malformedEndpoint("::1:80")) { _ = try RPCName("::1:80") }
    }

    @Test func withoutAKeyOnlyThisMachineMayCall() throws {
        let open = try SocketAddress(host: "0.0.0.0", port: 7101)
        #expect(throws: RPCConfigurationError.openWithoutKey(address: "0.0.0.0:7101")) {
            try RPCListenPolicy.check(open, key: nil)
        }
        try RPCListenPolicy.check(open, key: RPCKey("0123456789abcdef"))
        try RPCListenPolicy.check(SocketAddress(host: "127.0.0.1", port: 7101), key: nil)
    }
}
