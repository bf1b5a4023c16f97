import Deadline
import EventLoop
import RPC
import TestSupport
import Testing

struct CallTests {
    @Test func answersCallsFromTheLoopAndFromOtherThreads() async throws {
        let role = try TestRole()
        let caller = try TestCaller(role.name)
        #expect(try await caller.call(TestRole.echo, [7, 8, 9]) == [7, 8, 9])
        #expect(try await caller.call(TestRole.echo, []) == [])
        let answer = try await caller.onLoop { client in
            let answer = try await client.call(TestRole.late, [5], by: .never)
            return client.loop.isInLoop ? answer : []
        }
        #expect(answer == [5])
        let big = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(try await caller.call(TestRole.echo, big) == big)
        #expect(caller.metric("cascade_rpc_client_calls_total") == 4)
        #expect(role.metric("cascade_rpc_server_calls_total") == 4)
    }
}
