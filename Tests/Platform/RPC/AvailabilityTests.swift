import EventLoop
import Synchronization
import TestSupport
import Testing

@testable import RPC

/// Roles that go and come back.
struct AvailabilityTests {
    private static func freePort() throws -> UInt16 {
        try PortReservation(host: "127.0.0.1", port: 0).address.port
    }

    @Test func nobodyThereIsAFailureAtOnce() async throws {
        let caller = try TestCaller("127.0.0.1:\(Self.freePort())")
        #expect(await caller.failure(of: TestRole.echo) == .unavailable)
        #expect(await caller.failure(of: TestRole.echo) == .unavailable)
        #expect(caller.metric("cascade_rpc_client_addresses_alive") == 0)
        let nameless = try TestCaller("no-such-host.invalid:7101")
        #expect(await nameless.failure(of: TestRole.echo) == .unavailable)
        #expect(nameless.metric("cascade_rpc_client_failed_lookups_total") >= 1)
    }

    @Test func keysHaveToBeTheSame() async throws {
        let role = try TestRole { $0.key = try RPCKey("the key of all roles") }
        let same = try TestCaller(role.name) { $0.key = try RPCKey("the key of all roles") }
        #expect(try await same.call(TestRole.echo) == [1, 2, 3])
        let other = try TestCaller(role.name) { $0.key = try RPCKey("the key of others...") }
        #expect(await other.failure(of: TestRole.echo) == .handshake)
        let none = try TestCaller(role.name)
        #expect(await none.failure(of: TestRole.echo) == .handshake)
        #expect(role.metric("cascade_rpc_server_calls_total") == 1)
    }

    @Test func anOpenServerRefusesToListen() throws {
        let refused = Mutex(false)
        let group = try ShardGroup(count: 1, name: "open") { _, loop in
            let server = try RPCServer(
                loop: loop, configuration: RPCServerConfiguration(),
                metrics: RPCServerMetrics(in: TestRole.unread, role: "test"), handler: TestHandler())
            do {
                try server.listen(on: SocketAddress(host: "0.0.0.0", port: 0))
            } catch let error as RPCConfigurationError {
                refused.withLock { $0 = error == .openWithoutKey(address: "0.0.0.0:0") }
            }
            return [server]
        }
        group.stop()
        group.join()
        #expect(refused.withLock { $0 })
    }

    @Test func aServerKilledInTheMiddleFailsItsCallsAndIsUsedAgainWhenItIsBack() async throws {
        let role = try TestRole()
        let caller = try TestCaller(role.name)
        let reading = Task { await caller.failure(of: TestRole.hold) }
        let writing = Task { () -> RPCError.Code? in
            do throws(RPCError) {
                _ = try await caller.callOnce(TestRole.hold)
                return nil
            } catch {
                return error.code
            }
        }
        await eventually { await role.heldCount() == 2 }
        role.stop()
        #expect(await reading.value == .unavailable)
        #expect(await writing.value == .unavailable)
        #expect(await caller.failure(of: TestRole.echo) == .unavailable)
        let again = try TestRole(port: role.port)
        await eventually { await caller.failure(of: TestRole.echo) == nil }
        await eventually { again.metric("cascade_rpc_server_calls_total") == 1 }
    }

    @Test func deadAddressesArePassedOver() async throws {
        let role = try TestRole()
        let dead = try Self.freePort()
        let caller = try TestCaller("127.0.0.1:\(dead),\(role.name)")
        for number in 0..<100 as Range<UInt8> { #expect(try await caller.call(TestRole.echo, [number]) == [number]) }
        #expect(caller.metric("cascade_rpc_client_addresses{") == 2)
        #expect(caller.metric("cascade_rpc_client_addresses_alive") == 1)
    }

    @Test func callsAreSpreadAndMoveWhenAnAddressDies() async throws {
        let roles = try (0..<3).map { _ in try TestRole() }
        let caller = try TestCaller(roles.map(\.name).joined(separator: ","))
        await eventually { caller.metric("cascade_rpc_client_addresses_alive") == 3 }
        for number in 0..<120 as Range<UInt8> { #expect(try await caller.call(TestRole.echo, [number]) == [number]) }
        for role in roles { #expect(await role.onLoop { $0.calls } > 10) }
        // Calls in flight at the one that dies are made again elsewhere.
        let held = (0..<30).map { _ in Task { try await caller.call(TestRole.hold) } }
        await eventually { await roles.asyncSum { await $0.heldCount() } == 30 }
        let lost = await roles[0].heldCount()
        roles[0].stop()
        await eventually { await roles[1...].asyncSum { await $0.heldCount() } == 30 }
        for role in roles[1...] { await role.releaseHeld() }
        for task in held { #expect(try await task.value == [1, 2, 3]) }
        #expect(caller.metric("cascade_rpc_client_retries_total") == Double(lost))
        for number in 0..<50 as Range<UInt8> { #expect(try await caller.call(TestRole.echo, [number]) == [number]) }
    }

    @Test func callsThatMustNotBeMadeTwiceAreNot() async throws {
        let roles = try (0..<2).map { _ in try TestRole() }
        let caller = try TestCaller(roles.map(\.name).joined(separator: ","))
        await eventually { caller.metric("cascade_rpc_client_addresses_alive") == 2 }
        let held = (0..<20).map { _ in
            Task { () -> RPCError.Code? in
                do throws(RPCError) {
                    _ = try await caller.callOnce(TestRole.hold)
                    return nil
                } catch {
                    return error.code
                }
            }
        }
        await eventually { await roles.asyncSum { await $0.heldCount() } == 20 }
        let lost = await roles[0].heldCount()
        #expect(lost > 0)
        roles[0].stop()
        let kept = 20 - lost
        await eventually {
            caller.metric("cascade_rpc_client_failures_total{role=\"test\",code=\"unavailable\"}") == Double(lost)
        }
        #expect(await roles[1].heldCount() == kept)
        await roles[1].releaseHeld()
        var failures = 0
        for task in held where await task.value == .unavailable { failures += 1 }
        #expect(failures == lost)
    }

    @Test func aHostsNameIsLookedUp() async throws {
        let role = try TestRole()
        let caller = try TestCaller("localhost:\(role.port)")
        #expect(try await caller.call(TestRole.echo) == [1, 2, 3])
        #expect(caller.metric("cascade_rpc_client_addresses{") == 1)
    }

    @Test func aPausedPeerCostsNoMoreThanAFewDeadlines() async throws {
        let role = try TestRole()
        let caller = try TestCaller(role.name)
        _ = try await caller.call(TestRole.echo)
        let gate = Gate()
        role.loop.execute { gate.waitUntilOpen() }
        defer { gate.open() }
        await eventually {
            // The peer may be found out between two calls.
            let code = await caller.failure(of: TestRole.echo, within: 30)
            let isSuspect = caller.metric("cascade_rpc_client_suspects_total") == 1
            #expect(code == .deadlineExceeded || (code == .unavailable && isSuspect))
            return isSuspect
        }
        // From here on nobody waits: the deadline is far away.
        #expect(await caller.failure(of: TestRole.echo) == .unavailable)
        #expect(caller.metric("cascade_rpc_client_addresses_alive") == 0)
        gate.open()
        await eventually { await caller.failure(of: TestRole.echo) == nil }
    }

    @Test func aPausedPeersCallsGoToAnother() async throws {
        let roles = try (0..<2).map { _ in try TestRole() }
        let caller = try TestCaller(roles.map(\.name).joined(separator: ","))
        await eventually { caller.metric("cascade_rpc_client_addresses_alive") == 2 }
        let gate = Gate()
        roles[0].loop.execute { gate.waitUntilOpen() }
        defer { gate.open() }
        await eventually {
            _ = await caller.failure(of: TestRole.echo, within: 20)
            return caller.metric("cascade_rpc_client_addresses_alive") == 1
        }
        for _ in 0..<50 { #expect(try await caller.call(TestRole.echo) == [1, 2, 3]) }
    }

    @Test func aDrainedRoleAnswersWhatItHasAndSendsNewCallsElsewhere() async throws {
        let roles = try (0..<2).map { _ in try TestRole() }
        let caller = try TestCaller(roles.map(\.name).joined(separator: ","))
        await eventually { caller.metric("cascade_rpc_client_addresses_alive") == 2 }
        let held = (0..<10).map { _ in Task { try await caller.callOnce(TestRole.hold) } }
        await eventually { await roles.asyncSum { await $0.heldCount() } == 10 }
        let drained = try Background { roles[0].drain() }
        await eventually { caller.metric("cascade_rpc_client_addresses_alive") == 1 }
        for _ in 0..<20 { #expect(try await caller.callOnce(TestRole.echo) == [1, 2, 3]) }
        for role in roles { await role.releaseHeld() }
        for task in held { #expect(try await task.value == [1, 2, 3]) }
        await eventually { drained.isDone }
        #expect(caller.metric("cascade_rpc_client_failures_total{role=\"test\",code=\"unavailable\"}") == 0)
    }

    @Test func aDrainedClientWaitsForItsAnswersAndTakesNoMoreCalls() async throws {
        let role = try TestRole()
        let caller = try TestCaller(role.name)
        let held = Task { try await caller.call(TestRole.hold) }
        await eventually { await role.heldCount() == 1 }
        let drained = try Background { caller.drain() }
        await eventually { await caller.failure(of: TestRole.echo) == .unavailable }
        await role.releaseHeld()
        #expect(try await held.value == [1, 2, 3])
        await eventually { drained.isDone }
        #expect(await caller.failure(of: TestRole.echo) == .unavailable)
    }

    @Test func theEndOfItsLoopEndsACall() async throws {
        let role = try TestRole()
        let caller = try TestCaller(role.name)
        let held = Task { await caller.failure(of: TestRole.hold) }
        await eventually { await role.heldCount() == 1 }
        caller.stop()
        #expect(await held.value == .unavailable)
    }
}

extension Sequence where Element == TestRole {
    func asyncSum(_ value: (TestRole) async -> Int) async -> Int {
        var sum = 0
        for role in self { sum += await value(role) }
        return sum
    }
}
