import Deadline
import EventLoop
import TestSupport
import Testing

@testable import RPC

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

    @Test func answersComeInAnyOrder() async throws {
        let role = try TestRole()
        let caller = try TestCaller(role.name)
        let held = Task { try await caller.call(TestRole.hold, [1]) }
        await eventually { await role.heldCount() == 1 }
        let answers = try await caller.onLoop { client in
            try await withThrowingTaskGroup(of: (UInt8, [UInt8]).self) { group in
                for number in 0..<200 as Range<UInt8> {
                    group.addTask(executorPreference: client.loop) {
                        let method = [TestRole.reversed, TestRole.late, TestRole.echo][Int(number) % 3]
                        return (number, try await client.call(method, [number], by: .after(milliseconds: 30_000)))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(answers.count == 200 && answers.allSatisfy { $0.1 == [$0.0] })
        await role.releaseHeld()
        #expect(try await held.value == [1])
        // What one turn brings is one batch.
        #expect(await role.onLoop { $0.batches.max() ?? 0 } > 1)
    }

    @Test(arguments: RPCError.Code.allCases)
    func failuresArriveAsTheyAre(code: RPCError.Code) async throws {
        let role = try TestRole()
        let caller = try TestCaller(role.name)
        #expect(await caller.failure(of: TestRole.failing, [code.rawValue]) == code)
        #expect(
            caller.metric("cascade_rpc_client_failures_total{role=\"test\",code=\"\(code.label)\"}") == 1)
        #expect(
            role.metric("cascade_rpc_server_failures_total{role=\"test\",code=\"\(code.label)\"}") == 1)
    }

    @Test func anUnknownMethodFails() async throws {
        let role = try TestRole()
        let caller = try TestCaller(role.name)
        #expect(await caller.failure(of: RPCMethod(rawValue: 999)) == .unknownMethod)
    }

    @Test func bodiesAboveALimitAreRefusedInBothDirections() async throws {
        let role = try TestRole { $0.maximumBodyBytes = 1000 }
        let caller = try TestCaller(role.name) { $0.maximumBodyBytes = 2000 }
        #expect(try await caller.call(TestRole.echo, [UInt8](repeating: 1, count: 1000)).count == 1000)
        #expect(await caller.failure(of: TestRole.echo, [UInt8](repeating: 1, count: 1001)) == .tooLarge)
        #expect(try await caller.call(TestRole.zeros, Array("2000".utf8)).count == 2000)
        #expect(await caller.failure(of: TestRole.zeros, Array("2001".utf8)) == .tooLarge)
        // The connection is as good as before.
        #expect(try await caller.call(TestRole.echo) == [1, 2, 3])
        #expect(caller.metric("cascade_rpc_client_connects_total") == 1)
    }

    @Test func noAnswerBeforeTheDeadlineIsAFailureAndALaterOneFindsNobody() async throws {
        let role = try TestRole()
        let caller = try TestCaller(role.name)
        // On a busy machine a deadline may pass before the call arrives.
        await eventually {
            #expect(await caller.failure(of: TestRole.hold, within: 50) == .deadlineExceeded)
            return await role.heldCount() > 0
        }
        await role.releaseHeld()
        await eventually { caller.metric("cascade_rpc_client_late_answers_total") > 0 }
        #expect(try await caller.call(TestRole.echo, [4]) == [4])
        await eventually { caller.metric("cascade_rpc_client_in_flight") == 0 }
    }

    @Test func callsThatAreTooLateAreNotHandedOn() async throws {
        let role = try TestRole()
        let caller = try TestCaller(role.name)
        _ = try await caller.call(TestRole.echo)
        #expect(await caller.failure(of: TestRole.echo, within: 0) == .deadlineExceeded)
        let raw = try RawPeer(port: role.port)
        try raw.shakeHands()
        try raw.send(Frames.call(1, budget: 0) + Frames.call(2, [9]))
        let first = try raw.frame()
        #expect(first.header.kind == .failure && first.header.code == .deadlineExceeded && first.header.id == 1)
        #expect(try raw.frame().body == [9])
        #expect(await role.onLoop { $0.calls } == 2)
    }

    @Test func callsAboveTheLimitsAreDeclined() async throws {
        let role = try TestRole {
            $0.maximumCallsPerConnection = 2
            $0.maximumCalls = 3
            $0.maximumCallBytes = 1000
        }
        let caller = try TestCaller(role.name)
        let held = (0..<2).map { _ in Task { try await caller.call(TestRole.hold) } }
        await eventually { await role.heldCount() == 2 }
        #expect(await caller.failure(of: TestRole.echo) == .overloaded)
        let other = try TestCaller(role.name)
        let third = Task { try await other.call(TestRole.hold) }
        await eventually { await role.heldCount() == 3 }
        #expect(await other.failure(of: TestRole.echo) == .overloaded)
        await role.releaseHeld()
        for task in held + [third] { #expect(try await task.value == [1, 2, 3]) }
        #expect(await caller.failure(of: TestRole.echo, [UInt8](repeating: 0, count: 1001)) == .overloaded)
        #expect(try await caller.call(TestRole.echo) == [1, 2, 3])
    }

    @Test func aClientHasALimitToo() async throws {
        let role = try TestRole()
        let caller = try TestCaller(role.name) { $0.maximumCalls = 1 }
        let held = Task { try await caller.call(TestRole.hold) }
        await eventually { await role.heldCount() == 1 }
        #expect(await caller.failure(of: TestRole.echo) == .overloaded)
        await role.releaseHeld()
        _ = try await held.value
    }
}
