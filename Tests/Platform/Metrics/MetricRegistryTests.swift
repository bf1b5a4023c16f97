import Foundation
import Metrics
import Testing

@Suite struct MetricRegistryTests {
    private func registry() -> MetricRegistry {
        let registry = MetricRegistry()
        registry.counter("requests_total", help: "Requests.", labels: ["status": "2xx"]).add(3)
        registry.counter("requests_total", help: "Requests.", labels: ["status": "2xx"]).add(4)
        registry.counter("requests_total", help: "Requests.", labels: ["status": "5xx"]).add()
        registry.counter("stage_seconds_total", help: "CPU.", labels: ["stage": "recall"], scale: 1e-9).add(
            1_500_000_000)
        registry.gauge("temperature", help: "A \\ and\na line.").set(-1.25)
        let first = registry.histogram("latency_seconds", help: "Latency.", labels: ["route": "a\"b\\c\nd"])
        let second = registry.histogram("latency_seconds", help: "Latency.", labels: ["route": "a\"b\\c\nd"])
        first.record(1_024)
        second.record(1_025)
        second.record(1 << 36)
        registry.histogram("batch_size", help: "Requests of a batch.", scale: .counts).record(3, times: 2)
        ProcessMetrics.register(in: registry)
        return registry
    }

    @Test func theTextIsWellFormedAndSumsTheInstances() throws {
        let text = registry().render()
        let read = try ExpositionChecker(text)
        #expect(read.value("requests_total", ["status": "2xx"]) == 7)
        #expect(read.value("requests_total", ["status": "5xx"]) == 1)
        #expect(read.value("stage_seconds_total", ["stage": "recall"]) == 1.5)
        #expect(read.value("temperature") == -1.25)
        #expect(read.helps["temperature"] == "A \\\\ and\\na line.")
        #expect(read.types["latency_seconds"] == "histogram")
        let route = "a\"b\\c\nd"
        #expect(read.value("latency_seconds_bucket", ["route": route, "le": "1.024e-06"]) == 1)
        #expect(read.value("latency_seconds_count", ["route": route]) == 3)
        let sum = try #require(read.value("latency_seconds_sum", ["route": route]))
        #expect(abs(sum - 68.719_478_785) < 1e-6)
        #expect(read.value("batch_size_bucket", ["le": "2"]) == 0)
        #expect(read.value("batch_size_bucket", ["le": "4"]) == 2)
        #expect(read.value("batch_size_sum") == 6)
    }

    @Test func theProcessIsDescribed() throws {
        let read = try ExpositionChecker(registry().render())
        #expect(try #require(read.value("process_cpu_seconds_total")) > 0)
        #expect(try #require(read.value("process_resident_memory_bytes")) > 1_000_000)
        #expect(try #require(read.value("process_open_fds")) >= 3)
        let start = try #require(read.value("process_start_time_seconds"))
        let age = Date().timeIntervalSince1970 - start
        #expect(age > -2 && age < 86_400)
    }

    @Test func gaugesAndCountersAddUpAcrossThreads() async {
        let gauge = Gauge()
        let counter = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<1_000 {
                        gauge.add(0.5)
                        counter.add(2)
                    }
                }
            }
        }
        #expect(gauge.value == 2_000)
        #expect(counter.value == 8_000)
    }

    @Test func theCheckerRefusesWhatIsWrong() {
        for text in [
            "# TYPE a counter\na 1", "# TYPE a counter\nb 1\n", "# TYPE a counter\na{x=\"1} 2\n",
            "# TYPE a counter\na 1\na 2\n", "# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\n",
        ] {
            #expect(throws: ExpositionChecker.Failure.self) { try ExpositionChecker(text) }
        }
    }

    @Test func promtoolAgrees() throws {
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/promtool" }
        guard let promtool = path.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            print("skipped: promtool is not on this machine (Debian's package prometheus has it)")
            return
        }
        let process = Process()
        process.executableURL = URL(filePath: promtool)
        process.arguments = ["check", "metrics"]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(registry().render().utf8))
        try input.fileHandleForWriting.close()
        let complaints = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        // 3 stands for advice on naming alone; a text that does not parse is 1.
        #expect(process.terminationStatus == 0 || process.terminationStatus == 3, "\(complaints)")
    }
}
