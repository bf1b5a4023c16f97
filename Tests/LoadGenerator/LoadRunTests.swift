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
