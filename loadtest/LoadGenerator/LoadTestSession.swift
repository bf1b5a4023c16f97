import CommandLine
import Glibc

/// One call of the command: starts a stack where none is named, runs the plan, reports.
struct LoadTestSession {
    private let arguments: Arguments

    init(_ arguments: Arguments) {
        self.arguments = arguments
    }

    func run() throws -> ExitCode {
        StopSignal.install()
        do {
            return try runOnTarget()
        } catch let error as LoadTestError {
            throw CommandFailure(StopSignal.isSet ? .interrupted : .unavailable, error.message)
        }
    }

    private func runOnTarget() throws -> ExitCode {
        let output = try openOutput()
        guard let text = arguments[LoadTestCommand.url] else {
            let cascade = Executable.folder(of: try Executable.path()) + "/cascade"
            StandardError().write("no --url: starting \(cascade)\n")
            let stack = try LocalStack.start(
                executable: cascade, data: arguments[LoadTestCommand.data],
                patience: try arguments.required(LoadTestCommand.patience))
            defer { stack.stop() }
            return try measure(stack.target, output)
        }
        guard var target = TargetURL(text) else {
            throw UsageError("--url \(text): http://host:port is expected, without a path.", command: arguments.command)
        }
        target.key = ProcessEnvironment.current()["CASCADE_API_KEY"]
        return try measure(target, output)
    }

    private func measure(_ target: TargetURL, _ output: ReportOutput) throws -> ExitCode {
        if arguments[LoadTestCommand.probe] != nil {
            return try ProbeSession(arguments, target: target).run(output)
        }
        let plan = try plan(target)
        StandardError().write(
            "\(Format.grouped(plan.rate)) requests/s to \(target) for \(Format.fixed(plan.duration, 1)) s "
                + "after \(Format.fixed(plan.warmup, 1)) s of warm-up\n")
        let outcome = try LoadRun(plan).run()
        let report = LoadReport(
            plan: plan, measurements: outcome.measurements, elapsed: outcome.elapsed,
            generatorCPU: outcome.generatorCPU, server: outcome.server,
            command: ([arguments.command] + Swift.CommandLine.arguments.dropFirst()).joined(separator: " "),
            machine: .current())
        let verdict = Verdict(report, p99Limit: try arguments.required(LoadTestCommand.p99))
        try output.write(json: try report.json(), text: report.text(), line: verdict.line(report))
        return arguments[LoadTestCommand.check] == true && !verdict.isPass ? .failure : .success
    }

    private func plan(_ target: TargetURL) throws(UsageError) -> LoadPlan {
        var plan = LoadPlan(target: target)
        plan.rate = arguments[LoadTestCommand.rate] ?? plan.rate
        plan.duration = try arguments.required(LoadTestCommand.duration)
        plan.warmup = try arguments.required(LoadTestCommand.warmup)
        plan.connections = arguments[LoadTestCommand.connections] ?? plan.connections
        plan.threads = min(try arguments.required(LoadTestCommand.threads), plan.connections)
        plan.users = arguments[LoadTestCommand.users] ?? plan.users
        plan.exponent = try arguments.required(LoadTestCommand.exponent)
        plan.items = try arguments.required(LoadTestCommand.items)
        plan.timeout = try arguments.required(LoadTestCommand.timeout)
        plan.repeats = try arguments.required(LoadTestCommand.repeats)
        plan.seed = UInt64(try arguments.required(LoadTestCommand.seed))
        return plan
    }

    /// Opened before the run: nobody wants to learn after it that the report cannot be written.
    private func openOutput() throws(CommandFailure) -> ReportOutput {
        guard let path = arguments[LoadTestCommand.json] else { return ReportOutput(descriptor: nil, isText: true) }
        if path == "-" { return ReportOutput(descriptor: 1, isText: false) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure(.cannotWrite, "\(path) cannot be written: \(String(cString: strerror(errno))).")
        }
        return ReportOutput(descriptor: descriptor, isText: true)
    }
}
