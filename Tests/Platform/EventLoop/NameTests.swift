import EventLoop
import Synchronization
import Testing

struct NameTests {
    private func lookUp(_ host: String) throws -> Result<[SocketAddress], ListenError>? {
        let found = Mutex<Result<[SocketAddress], ListenError>?>(nil)
        let wasInLoop = Mutex(false)
        let runner = try LoopRunner()
        runner.loop.execute {
            runner.loop.lookUp(host: host, port: 6379) { result in
                wasInLoop.withLock { $0 = runner.loop.isInLoop }
                found.withLock { $0 = result }
            }
        }
        _ = eventually { found.withLock { $0 != nil } }
        #expect(wasInLoop.withLock { $0 })
        return found.withLock { $0 }
    }

    @Test(arguments: ["localhost", "127.0.0.1", "::1"]) func findsEveryAddressOfAHost(host: String) throws {
        let addresses = try #require(try lookUp(host)).get()
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { $0.isLoopback && $0.port == 6379 && $0.host == host })
    }

    @Test func anUnknownNameIsAnError() throws {
        let result = try #require(try lookUp("no-such-host.invalid"))
        guard case .failure(.unknownHost(let host, _)) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(host == "no-such-host.invalid")
    }

    @Test func aLoopThatEndsDoesNotWaitForALookUp() throws {
        let runner = try LoopRunner()
        runner.loop.execute { runner.loop.lookUp(host: "no-such-host.invalid", port: 1) { _ in } }
        runner.end()
    }
}
