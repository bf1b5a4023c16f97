package import CommandLine
import FoundationEssentials
import Metrics

/// The result of a freshness probe; its JSON has the names that scripts rely on.
package struct ProbeReport: Sendable, Equatable, Codable {
    package var probe: String
    /// Where the events went: `http` or `kafka`.
    package var through: String
    /// Events a second asked for.
    package var rate: Double
    package var events: Int
    package var shown: Int
    package var timeouts: Int
    package var refused: Int
    /// Milliseconds from when an event was due to the first answer that shows it.
    package var p50: Double
    package var p90: Double
    package var p99: Double
    package var p999: Double
    package var max: Double
    package var mean: Double
    /// Milliseconds between an answer that does not show the event and the next question.
    package var interval: Double
    package var questions: Int
    package var failedQuestions: Int
    package var rungs: [String: Int]
    package var duration: Double
    package var users: Int
    package var command: String
    package var target: String
    package var machine: String
    package var build: String

    enum CodingKeys: String, CodingKey {
        case probe, through, rate, events, shown, timeouts, refused
        case p50 = "p50_ms"
        case p90 = "p90_ms"
        case p99 = "p99_ms"
        case p999 = "p999_ms"
        case max = "max_ms"
        case mean = "mean_ms"
        case interval = "interval_ms"
        case questions
        case failedQuestions = "failed_questions"
        case rungs
        case duration = "duration_s"
        case users, command, target, machine, build
    }

    package init(
        plan: ProbePlan, measurements: ProbeMeasurements, through: String, command: String,
        machine: MachineDescription
    ) {
        func milliseconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) * 1e-6 }
        let latency = measurements.latency
        probe = "freshness"
        self.through = through
        rate = Double(plan.rate)
        events = measurements.events
        shown = measurements.shown
        timeouts = measurements.lost
        refused = measurements.refused
        p50 = milliseconds(latency.percentile(50))
        p90 = milliseconds(latency.percentile(90))
        p99 = milliseconds(latency.percentile(99))
        p999 = milliseconds(latency.percentile(99.9))
        max = milliseconds(latency.max)
        mean = latency.mean * 1e-6
        interval = milliseconds(plan.interval)
        questions = measurements.questions
        failedQuestions = measurements.failedQuestions
        rungs = measurements.rungs.byName
        duration = plan.duration
        users = plan.users
        self.command = command
        target = plan.target.description
        self.machine = machine.text
        build = BuildKind.name
    }

    /// The report as a JSON object, keys in order.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }

    /// The report for people, without the verdict.
    package func text() -> String {
        func figure(_ value: Double) -> String { Format.fixed(value, value < 100 ? 1 : 0) }
        let rungText = rungs.sorted { $0.key < $1.key }.map { "\($0.key): \(Format.grouped($0.value))" }
        return """
            target     \(target), \(Format.grouped(users)) users, \(build) build
            machine    \(machine)
            events     \(Format.grouped(events)) at \(Format.grouped(Int(rate)))/s through \(through): \
            \(Format.grouped(shown)) shown, \(Format.grouped(timeouts)) timed out, \(Format.grouped(refused)) refused
            freshness  p50 \(figure(p50))  p90 \(figure(p90))  p99 \(figure(p99))  p99.9 \(figure(p999))  max \
            \(figure(max)) ms (from when an event was due to the first answer without its item)
            questions  \(Format.grouped(questions)), \(Format.grouped(failedQuestions)) failed, again after \
            \(figure(interval)) ms
            rungs      \(rungText.joined(separator: ", "))

            """
    }

    /// What is missing, a phrase each; empty when the probe passed.
    package func shortfalls(p99Limit: Double) -> [String] {
        var shortfalls: [String] = []
        if timeouts > 0 {
            shortfalls.append("\(Format.grouped(timeouts)) of \(Format.grouped(events)) events not shown")
        }
        if refused > 0 { shortfalls.append("\(Format.grouped(refused)) of \(Format.grouped(events)) events refused") }
        if failedQuestions > 0 { shortfalls.append("\(Format.grouped(failedQuestions)) questions failed") }
        if p99 > p99Limit {
            shortfalls.append("p99 \(Format.fixed(p99, 1)) ms, more than \(Format.fixed(p99Limit, 1)) ms")
        }
        return shortfalls
    }

    /// The last line of the text report.
    package func line(p99Limit: Double) -> String {
        let missing = shortfalls(p99Limit: p99Limit)
        guard missing.isEmpty else { return "SHORT: \(missing.joined(separator: "; "))" }
        return
            "PASS: \(Format.grouped(shown)) events shown, p50 \(Format.fixed(p50, 1)) ms, p99 \(Format.fixed(p99, 1)) ms"
    }
}
