import CommandLine
import Foundation
import LoadGenerator
import Metrics
import Testing

@Suite struct LoadReportTests {
    private let machine = MachineDescription(processor: "CPU", cores: 2, memoryBytes: 24 << 30, kernel: "Linux 6")

    private func report(errors: Int = 0, latency: UInt64 = 2_000_000, elapsed: UInt64 = 10_000_000_000) throws
        -> LoadReport
    {
        var plan = LoadPlan(target: try #require(TargetURL("http://127.0.0.1:8080")))
        plan.rate = 100
        var measurements = Measurements()
        for _ in 0..<999 { measurements.latency.record(latency) }
        measurements.latency.record(90_000_000)
        measurements.requests = 1_000
        measurements.statuses = [200: 1_000 - errors, 503: errors]
        measurements.failures = errors > 0 ? [.status: errors] : [:]
        measurements.outages = errors > 0 ? [3: errors - 1, 7: 1] : [:]
        measurements.bytes = 640_000
        measurements.repeats = errors
        let before = MetricsScrape(
            "process_cpu_seconds_total 1\ncascade_batch_size_sum 10\ncascade_batch_size_count 5\n")
        let after = MetricsScrape(
            """
            # HELP process_cpu_seconds_total CPU.
            process_cpu_seconds_total 1.1
            cascade_batch_size_sum 90
            cascade_batch_size_count 25
            cascade_stage_cpu_seconds_total{stage="recall"} 0.03
            process_resident_memory_bytes 1.5e+08
            """)
        return LoadReport(
            plan: plan, measurements: measurements, elapsed: elapsed, generatorCPU: 0.008,
            server: ServerUsage(before: before, after: after, requests: 1_000), command: "loadtest --rate 100",
            machine: machine)
    }

    @Test func theJSONHasTheNamesThatScriptsRelyOn() throws {
        let json = try report(errors: 10).json()
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        func number(_ key: String) -> Double? { (object[key] as? NSNumber)?.doubleValue }
        #expect(number("rate") == 100)
        #expect(number("achieved_rate") == 99)
        #expect(number("requests") == 1_000)
        #expect(number("errors") == 10)
        for (key, expected) in [("p50_ms", 2.0), ("p90_ms", 2.0), ("p99_ms", 2.0), ("p999_ms", 2.0), ("max_ms", 90.0)] {
            let value = try #require(number(key))
            #expect(abs(value - expected) <= expected * 0.01, "\(key)")
        }
        #expect(number("unserved") == 10 && number("repeated") == 10)
        #expect((object["unserved_by_second"] as? [String: Int]) == ["3": 9, "7": 1])
        #expect((object["machine"] as? String) == "CPU, 2 cores, 24 GiB, Linux 6")
        #expect((object["command"] as? String) == "loadtest --rate 100")
        #expect((object["error_kinds"] as? [String: Int]) == ["status": 10])
        #expect((object["statuses"] as? [String: Int]) == ["200": 990, "503": 10])
        #expect(number("generator_cpu_us_per_request") == 8)
        let server = try #require(object["server"] as? [String: Any])
        #expect(abs(try #require(server["cpu_us_per_request"] as? Double) - 1250) < 1e-6)
        #expect((server["cpu_us_per_request_by_stage"] as? [String: Double])?.keys.sorted() == ["recall"])
        #expect((server["mean_batch"] as? Double) == 4)
        #expect((server["resident_bytes"] as? Int) == 150_000_000)
        #expect(try JSONDecoder().decode(LoadReport.self, from: Data(json.utf8)) == report(errors: 10))
    }

    @Test func theLastLineSaysWhetherTheRateHolds() throws {
        let good = try report()
        #expect(Verdict(good, p99Limit: 50).line(good) == "PASS: 100 requests/s held, p99 2.0 ms, no errors")
        let failing = try report(errors: 10)
        #expect(Verdict(failing, p99Limit: 50).line(failing) == "SHORT: 10 of 1,000 requests failed")
        let slow = try report(latency: 60_000_000, elapsed: 20_000_000_000)
        let line = Verdict(slow, p99Limit: 50).line(slow)
        #expect(line.hasPrefix("SHORT: 50 of 100 requests/s (50.0 % short); p99 "))
        #expect(line.hasSuffix(" ms, more than 50.0 ms"))
    }

    @Test func theTextNamesWhatWasMeasured() throws {
        let text = try report(errors: 10).text()
        for part in [
            "http://127.0.0.1:8080", "CPU, 2 cores", "p99 2.0", "10 errors (status: 10)",
            "10 (no answer, or status 5xx); due in second 3 s: 9, 7 s: 1", "200: 990, 503: 10",
            "mean batch 4.0", "recall 375.0", "150 MB resident", "640 a request",
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
    }

    @Test func aServerThatDoesNotCountIsMeasuredByWhatTheClientSent() throws {
        let before = MetricsScrape("process_cpu_seconds_total 1\n")
        let after = MetricsScrape("process_cpu_seconds_total 1.1\n")
        let usage = try #require(ServerUsage(before: before, after: after, requests: 1_000))
        #expect(abs(try #require(usage.cpuMicrosecondsPerRequest) - 100) < 1e-6)
    }

    @Test func aServerWithoutMetricsHasNone() {
        let empty = MetricsScrape("<html>\nnothing here\n")
        #expect(ServerUsage(before: empty, after: empty, requests: 10) == nil)
    }
}
