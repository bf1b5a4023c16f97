import EventLoop
import LoadGenerator
import Metrics
import Synchronization
import Testing

@Suite struct LoadRunTests {
    private func plan(_ port: UInt16) throws -> LoadPlan {
        var plan = LoadPlan(target: try #require(TargetURL("http://127.0.0.1:\(port)")))
        plan.warmup = 0
        plan.users = 100
        return plan
    }

    @Test func aStallIsSeenByEveryRequestThatIsDueInIt() throws {
        let port = Mutex<UInt16>(0)
        let shards = try ShardGroup(count: 1) { _, loop in
            let server = try StallingServer(loop: loop, delay: 300_000_000, length: 400_000_000)
            let address = try server.listen()
            port.withLock { $0 = address?.port ?? 0 }
            return [server]
        }
        defer {
            shards.stop()
            shards.join()
        }
        var plan = try plan(port.withLock { $0 })
        plan.rate = 500
        plan.duration = 1
        plan.connections = 4
        plan.threads = 2
        let outcome = try LoadRun(plan).run()

        // A closed loop would have sent four requests into the stall and called 496 of 500 quick. Here 200 requests are
        // due in it, with 400 ms … 0 ms to wait, most of them without a connection.
        let latency = outcome.measurements.latency
        #expect(outcome.measurements.requests == 500)
        #expect(outcome.measurements.errors == 0)
        #expect(latency.count == 500)
        #expect(latency.max >= 390_000_000)
        #expect(latency.percentile(90) >= 250_000_000)
        #expect(latency.percentile(75) >= 100_000_000)
        #expect(outcome.measurements.wait.percentile(90) >= 250_000_000)
        #expect(outcome.measurements.rungs.byName == ["fresh": 500])
        #expect(outcome.measurements.statuses == [200: 500])
        #expect(outcome.elapsed >= 1_000_000_000)
        #expect(outcome.server == nil)
    }

    @Test func everyFailureIsCountedAsWhatItIs() throws {
        let port = Mutex<UInt16>(0)
        let shards = try ShardGroup(count: 1) { _, loop in
            let server = MisbehavingServer(loop: loop)
            let address = try server.listen()
            port.withLock { $0 = address.port }
            return [server]
        }
        defer {
            shards.stop()
            shards.join()
        }
        var plan = try plan(port.withLock { $0 })
        plan.rate = 200
        plan.duration = 0.5
        plan.connections = 64
        plan.timeout = 0.6
        plan.repeats = 0
        let measurements = try LoadRun(plan).run().measurements
        #expect(measurements.requests == 100)
        #expect(measurements.failures == [.status: 20, .disconnect: 20, .malformed: 20, .timeout: 20])
        #expect(measurements.statuses == [200: 20, 503: 20])
        #expect(measurements.bytes == 20 * 2 + 20 * 4)
        // Everything but the 20 good answers, all due in the first second.
        #expect(measurements.outages == [0: 80] && measurements.unserved == 80)
        // The answers and the time-outs; a time-out counts with the time that it took.
        #expect(measurements.latency.count == 40)
        #expect(measurements.latency.max >= 600_000_000)
    }

    /// What a run of 100 requests says of a server that breaks connections.
    private func measurements(breakingEvery interval: Int, connections: Int, repeats: Int) throws -> Measurements {
        let port = Mutex<UInt16>(0)
        let shards = try ShardGroup(count: 1) { _, loop in
            let server = BreakingServer(loop: loop, breakingEvery: interval)
            let address = try server.listen()
            port.withLock { $0 = address.port }
            return [server]
        }
        defer {
            shards.stop()
            shards.join()
        }
        var plan = try plan(port.withLock { $0 })
        plan.rate = 200
        plan.duration = 0.5
        plan.connections = connections
        plan.repeats = repeats
        return try LoadRun(plan).run().measurements
    }

    @Test func aRequestWhoseConnectionBrokeIsSentAgainAndCounted() throws {
        let few = try measurements(breakingEvery: 10, connections: 1, repeats: 1)
        // Of the 111 that are sent.
        #expect(few.requests == 100 && few.errors == 0 && few.repeats == 11)
        #expect(few.statuses == [200: 100] && few.latency.count == 100 && few.wait.count == 100)
        // Not over one of those that broke at the same time.
        let many = try measurements(breakingEvery: 10, connections: 8, repeats: 1)
        #expect(many.requests == 100 && many.errors == 0 && many.repeats >= 11, "\(many.failures) \(many.repeats)")
    }

    @Test func noRequestIsSentMoreOftenThanThePlanSays() throws {
        for repeats in 0...2 {
            let all = try measurements(breakingEvery: 1, connections: 1, repeats: repeats)
            #expect(all.requests == 100 && all.failures == [.disconnect: 100] && all.unserved == 100)
            #expect(all.repeats == 100 * repeats)
        }
    }

    @Test func nobodyListeningIsAnErrorBeforeTheRun() throws {
        let port = try {
            let loop = try EventLoop(name: "free port")
            let listener = try TCPListener(loop: loop, address: SocketAddress(host: "127.0.0.1", port: 0)) {
                $0.close()
            }
            let port = listener.address.port
            loop.stop()
            loop.run()
            return port
        }()
        let plan = try plan(port)
        let error = #expect(throws: LoadTestError.self) { try LoadRun(plan).run() }
        #expect(error?.message.hasPrefix("http://127.0.0.1:\(port) does not answer: cannot connect") == true)
    }

    @Test func warmUpIsSentAndNotCounted() throws {
        let port = Mutex<UInt16>(0)
        let shards = try ShardGroup(count: 1) { _, loop in
            let server = try StallingServer(loop: loop, delay: 0, length: 200_000_000)
            let address = try server.listen()
            port.withLock { $0 = address?.port ?? 0 }
            return [server]
        }
        defer {
            shards.stop()
            shards.join()
        }
        var plan = try plan(port.withLock { $0 })
        plan.rate = 100
        plan.warmup = 0.5
        plan.duration = 0.3
        let measurements = try LoadRun(plan).run().measurements
        #expect(measurements.requests == 30)
        #expect(measurements.latency.count == 30)
    }
}
