import CommandLine
import Glibc

/// One call of the command with `--probe`.
struct ProbeSession {
    private let arguments: Arguments
    private let target: TargetURL

    init(_ arguments: Arguments, target: TargetURL) {
        self.arguments = arguments
        self.target = target
    }

    func run(_ output: ReportOutput) throws -> ExitCode {
        let plan = try plan()
        var door: KafkaDoor?
        if let brokers = arguments[LoadTestCommand.kafka] {
            door = try KafkaDoor(
                brokers: brokers, prefix: try arguments.required(LoadTestCommand.kafkaPrefix),
                partitions: try arguments.required(LoadTestCommand.kafkaPartitions))
        }
        defer { door?.close() }
        let through = door == nil ? "http" : "kafka"
        StandardError().write(
            "\(Format.grouped(plan.rate)) events/s through \(through) to \(target) for \(Format.fixed(plan.duration, 1)) s "
                + "after \(Format.fixed(plan.warmup, 1)) s of warm-up\n")
        let report = ProbeReport(
            plan: plan, measurements: try ProbeRun(plan, door: door).run(), through: through,
            command: ([arguments.command] + Swift.CommandLine.arguments.dropFirst()).joined(separator: " "),
            machine: .current())
        let limit = try arguments.required(LoadTestCommand.p99)
        try output.write(json: try report.json(), text: report.text(), line: report.line(p99Limit: limit))
        let isPass = report.shortfalls(p99Limit: limit).isEmpty
        return arguments[LoadTestCommand.check] == true && !isPass ? .failure : .success
    }

    private func plan() throws(UsageError) -> ProbePlan {
        let prefix = "probe-\(String(WallClock.milliseconds, radix: 36))-"
        var plan = ProbePlan(target: target, userPrefix: prefix)
        plan.rate = arguments[LoadTestCommand.rate] ?? plan.rate
        plan.duration = try arguments.required(LoadTestCommand.duration)
        plan.warmup = try arguments.required(LoadTestCommand.warmup)
        plan.users = min(arguments[LoadTestCommand.users] ?? plan.users, 1_000_000)
        plan.connections = arguments[LoadTestCommand.connections] ?? plan.connections
        plan.items = try arguments.required(LoadTestCommand.items)
        plan.timeout = try arguments.required(LoadTestCommand.timeout)
        plan.interval = UInt64(try arguments.required(LoadTestCommand.interval) * 1e6)
        return plan
    }
}
