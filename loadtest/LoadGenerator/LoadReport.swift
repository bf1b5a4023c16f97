import FoundationEssentials
package import CommandLine
import Metrics

/// The result of one run; its JSON has the names that scripts rely on.
package struct LoadReport: Sendable, Equatable, Codable {
    /// Requests a second asked for.
    package var rate: Double

    /// Requests a second that were answered well, over the measured time.
    package var achievedRate: Double

    /// Requests that were due in the measured time.
    package var requests: Int

    /// Of these, how many failed.
    package var errors: Int

    /// Of these, how many got no answer, or one of status 500 or more.
    package var unserved: Int

    /// How often a request was sent again because its connection broke before the answer.
    package var repeated: Int

    /// The same by the second of the measured time in which they were due; seconds without any are not there.
    package var unservedBySecond: [String: Int]

    /// Milliseconds from when a request was due to its complete answer.
    package var p50: Double
    package var p90: Double
    package var p99: Double
    package var p999: Double
    package var max: Double
    package var mean: Double

    /// Milliseconds from when a request was due to when it was written: time without a free connection.
    package var waitP99: Double

    /// Measured time in seconds.
    package var duration: Double

    /// What was run and on what.
    package var command: String
    package var target: String
    package var machine: String
    package var build: String
    package var connections: Int
    package var threads: Int
    package var users: Int
    package var exponent: Double
    package var seed: UInt64

    /// Failures by kind, answers by status and by the rung that they stand on.
    package var errorKinds: [String: Int]
    package var statuses: [String: Int]
    package var degraded: [String: Int]

    /// Bytes of answers' bodies.
    package var bytes: Int

    /// CPU microseconds of the generator for each request.
    package var generatorMicroseconds: Double

    /// What the server says of itself, where it does.
    package var server: ServerUsage?

    enum CodingKeys: String, CodingKey {
        case rate
        case achievedRate = "achieved_rate"
        case requests, errors, unserved, repeated
        case unservedBySecond = "unserved_by_second"
        case p50 = "p50_ms"
        case p90 = "p90_ms"
        case p99 = "p99_ms"
        case p999 = "p999_ms"
        case max = "max_ms"
        case mean = "mean_ms"
        case waitP99 = "wait_p99_ms"
        case duration = "duration_s"
        case command, target, machine, build, connections, threads, users
        case exponent = "zipf_exponent"
        case seed
        case errorKinds = "error_kinds"
        case statuses, degraded
        case bytes = "body_bytes"
        case generatorMicroseconds = "generator_cpu_us_per_request"
        case server
    }

    /// The report of a plan's measurements.
    ///
    /// - Parameters:
    ///   - elapsed: nanoseconds from the measured time's begin to its end or, when answers came later, to the last one.
    ///   - generatorCPU: CPU seconds of this process in the measured time.
    package init(
        plan: LoadPlan, measurements: Measurements, elapsed: UInt64, generatorCPU: Double, server: ServerUsage?,
        command: String, machine: MachineDescription
    ) {
        let latency = measurements.latency
        let seconds = Double(elapsed) * 1e-9
        let wellAnswered = Double(measurements.requests - measurements.errors)
        rate = Double(plan.rate)
        achievedRate = seconds > 0 ? wellAnswered / seconds : 0
        requests = measurements.requests
        errors = measurements.errors
        unserved = measurements.unserved
        repeated = measurements.repeats
        unservedBySecond = .init(uniqueKeysWithValues: measurements.outages.map { (String($0.key), $0.value) })
        p50 = Self.milliseconds(latency.percentile(50))
        p90 = Self.milliseconds(latency.percentile(90))
        p99 = Self.milliseconds(latency.percentile(99))
        p999 = Self.milliseconds(latency.percentile(99.9))
        max = Self.milliseconds(latency.max)
        mean = latency.mean * 1e-6
        waitP99 = Self.milliseconds(measurements.wait.percentile(99))
        duration = plan.duration
        self.command = command
        target = plan.target.description
        self.machine = machine.text
        build = BuildKind.name
        connections = plan.connections
        threads = plan.threads
        users = plan.users
        exponent = plan.exponent
        seed = plan.seed
        errorKinds = .init(uniqueKeysWithValues: measurements.failures.map { ($0.key.rawValue, $0.value) })
        statuses = .init(uniqueKeysWithValues: measurements.statuses.map { (String($0.key), $0.value) })
        degraded = measurements.rungs.byName
        bytes = measurements.bytes
        generatorMicroseconds = measurements.requests > 0 ? generatorCPU * 1e6 / Double(measurements.requests) : 0
        self.server = server
    }

    private static func milliseconds(_ nanoseconds: UInt64) -> Double {
        Double(nanoseconds) * 1e-6
    }

    /// The report as a JSON object, keys in order.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}
