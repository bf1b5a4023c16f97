import CommandLine
import EventLoop
import Foundation
import LoadGenerator
import Metrics
import Synchronization
import Testing

@Suite struct ProbeTests {
    private func probe(
        _ manner: ForgettingServer.Manner, delay: UInt64 = 0, through door: SideDoor? = nil,
        adjust: (inout ProbePlan) -> Void = { _ in }
    ) throws -> ProbeMeasurements {
        let port = Mutex<UInt16>(0)
        let clicks = door?.clicks ?? ForgettingServer.Clicks()
        let shards = try ShardGroup(count: 1) { _, loop in
            let server = try ForgettingServer(loop: loop, delay: delay, manner: manner, clicks: clicks)
            let address = try server.listen()
            port.withLock { $0 = address?.port ?? 0 }
            return [server]
        }
        defer {
            shards.stop()
            shards.join()
        }
        let number = port.withLock { $0 }
        var plan = ProbePlan(target: try #require(TargetURL("http://127.0.0.1:\(number)")), userPrefix: "probe-")
        plan.rate = 100
        plan.duration = 1
        plan.warmup = 0
        plan.users = 300
        plan.connections = 16
        plan.timeout = 60
        adjust(&plan)
        return try ProbeRun(plan, door: door).run()
    }

    @Test func measuresFromWhenAnEventWasDueToTheAnswerThatShowsIt() throws {
        let measurements = try probe(.prompt, delay: 100_000_000)
        #expect(measurements.events == 100)
        #expect(measurements.shown == 100)
        #expect(measurements.lost == 0 && measurements.refused == 0 && measurements.failedQuestions == 0)
        #expect(measurements.latency.count == 100)
        // Buckets are a few percent wide.
        #expect(measurements.latency.percentile(0) >= 95_000_000)
        #expect(measurements.rungs.byName.keys.sorted() == ["fresh"])
    }

    @Test func usersTakeTurns() throws {
        let measurements = try probe(.prompt) { $0.users = 10 }
        #expect(measurements.shown == 100)
    }

    @Test func warmUpIsNotCounted() throws {
        let measurements = try probe(.prompt) {
            $0.warmup = 0.5
            $0.duration = 0.5
        }
        #expect(measurements.events == 50 && measurements.shown == 50 && measurements.latency.count == 50)
    }

    @Test func anEventThatIsNeverShownTimesOut() throws {
        let measurements = try probe(.never { $0 >= 0 && $0 % 4 == 0 }) {
            $0.timeout = 1.5
            $0.users = 100
        }
        #expect(measurements.events == 100 && measurements.shown == 75 && measurements.lost == 25)
        #expect(measurements.latency.count == 100)
        #expect(measurements.latency.max >= 1_500_000_000)
    }

    @Test func eventsThatAreRefusedAreCounted() throws {
        let measurements = try probe(.refusing { $0 % 5 == 0 }) { $0.users = 100 }
        #expect(measurements.events == 100 && measurements.shown == 80 && measurements.refused == 20)
        #expect(measurements.latency.count == 80)
    }

    @Test func aDegradedAnswerShowsNothing() throws {
        let measurements = try probe(.degrading, delay: 100_000_000)
        #expect(measurements.shown == 100)
        #expect(measurements.latency.percentile(0) >= 95_000_000)
        #expect(measurements.rungs.byName["popular", default: 0] > 0)
    }

    @Test func aServerWithoutItemsIsAnErrorBeforeTheRun() throws {
        let error = #expect(throws: LoadTestError.self) { try probe(.empty) }
        #expect(error?.message.contains("no items to recommend") == true)
    }

    /// Hands events over behind the server's back, and refuses some.
    private struct SideDoor: EventDoor {
        let clicks = ForgettingServer.Clicks()

        func send(user: String, json: [UInt8], completion: @escaping @Sendable (Bool) -> Void) {
            completion(!user.hasSuffix("7") && clicks.take(Data(json), delay: 0))
        }
    }

    @Test func eventsMayGoThroughAnotherDoor() throws {
        let measurements = try probe(.prompt, through: SideDoor()) { $0.users = 100 }
        #expect(measurements.events == 100 && measurements.shown == 90 && measurements.refused == 10)
    }

    @Test func theReportSaysWhatScriptsAndPeopleNeed() throws {
        var plan = ProbePlan(target: try #require(TargetURL("http://127.0.0.1:8080")), userPrefix: "p")
        plan.rate = 500
        var measurements = ProbeMeasurements()
        for _ in 0..<990 { measurements.latency.record(20_000_000) }
        for _ in 0..<10 { measurements.latency.record(90_000_000) }
        measurements.events = 1_000
        measurements.shown = 1_000
        measurements.questions = 4_000
        measurements.rungs.count("fresh")
        let machine = MachineDescription(processor: "CPU", cores: 2, memoryBytes: 24 << 30, kernel: "Linux 6")
        func report() -> ProbeReport {
            ProbeReport(
                plan: plan, measurements: measurements, through: "kafka", command: "loadtest --probe freshness",
                machine: machine)
        }
        let json = try report().json()
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(object["probe"] as? String == "freshness" && object["through"] as? String == "kafka")
        #expect(object["events"] as? Int == 1_000 && object["timeouts"] as? Int == 0)
        #expect(abs(try #require(object["p50_ms"] as? Double) - 20) < 0.5)
        #expect(try JSONDecoder().decode(ProbeReport.self, from: Data(json.utf8)) == report())
        #expect(report().line(p99Limit: 100).hasPrefix("PASS: 1,000 events shown, p50 20."))
        #expect(report().line(p99Limit: 10).hasPrefix("SHORT: p99 "))
        for part in ["through kafka", "0 timed out", "p50 20.", "fresh: 1", "500/s"] {
            #expect(report().text().contains(part), "\(part) in \(report().text())")
        }
        measurements.lost = 3
        #expect(report().line(p99Limit: 100) == "SHORT: 3 of 1,000 events not shown")
    }
}
