import CommandLine
import EventLoop
import Metrics

/// Runs a plan: the generator's threads, and the server's own metrics before and after.
package struct LoadRun: Sendable {
    /// What came of it.
    package struct Outcome: Sendable {
        package let measurements: Measurements

        /// Nanoseconds from the begin of the measured time to its end or, when answers came later, to the last one.
        package let elapsed: UInt64

        /// CPU seconds of this process in that time, until the last answer.
        package let generatorCPU: Double

        /// What the server's metrics tell, nil when it offers none.
        package let server: ServerUsage?
    }

    private let plan: LoadPlan

    package init(_ plan: LoadPlan) {
        self.plan = plan
    }

    /// Time between the first connection and the first request.
    private static let lead: UInt64 = 200_000_000

    /// Runs the plan; blocks until it has ended, at the latest one time-out after its last request was due.
    package func run() throws -> Outcome {
        // Also finds out, before anything is timed, that nobody listens there.
        _ = try HTTPFetch(plan.target).get("/metrics")
        let address = try SocketAddress(host: plan.target.host, port: UInt16(plan.target.port))
        let schedule = Schedule(
            start: EventLoop.preciseNow + Self.lead, rate: plan.rate, warmup: UInt64(plan.warmup * 1e9),
            duration: UInt64(plan.duration * 1e9))
        let measureStart = schedule.start + UInt64(plan.warmup * 1e9)
        let measureEnd = measureStart + UInt64(plan.duration * 1e9)

        let total = MergedMeasurements()
        let workers = try ShardGroup(count: plan.threads, name: "load") { [plan] index, loop in
            [try LoadWorker(loop: loop, plan: plan, schedule: schedule, index: index, address: address, total: total)]
        }
        // Whatever happens, no thread outlives the run.
        defer {
            workers.stop()
            workers.join()
        }
        try wait(until: measureStart)
        let before = scrape()
        let cpuBefore = ProcessMetrics.cpuSeconds()
        try wait(until: measureEnd)
        let after = scrape()
        // The workers end by themselves when the last request has its answer or is given up.
        workers.join()
        let cpuAfter = ProcessMetrics.cpuSeconds()

        let measurements = total.value
        var server: ServerUsage?
        if let before, let after {
            server = ServerUsage(before: before, after: after, requests: measurements.requests - measurements.errors)
        }
        return Outcome(
            measurements: measurements, elapsed: max(measurements.lastAnswer, measureEnd) - measureStart,
            generatorCPU: cpuAfter - cpuBefore, server: server)
    }

    private func wait(until time: UInt64) throws(LoadTestError) {
        guard !StopSignal.wait(until: time, now: { EventLoop.preciseNow }) else {
            throw LoadTestError("Stopped before the end; there is no report.")
        }
    }

    /// The server's metrics, nil when it has none or does not answer.
    private func scrape() -> MetricsScrape? {
        guard let answer = try? HTTPFetch(plan.target).get("/metrics"), answer.status == 200 else { return nil }
        return MetricsScrape(answer.body)
    }
}
