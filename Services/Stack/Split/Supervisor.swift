package import CommandLine
package import Configuration
import DataDirectory
import EventLoop
import Glibc

/// All roles as processes on this machine's loopback: made ready, started, started again when they end, stopped in order.
package struct Supervisor {
    let configuration: CascadeConfiguration
    let dataDirectory: String
    let layout: SplitLayout
    /// Of the processes, but for what the supervisor itself decides.
    let environment: [String: String]
    let lines: RoleLines
    let progress: ProgressOutput
    let errors: any TextOutput

    /// - Throws: `CommandFailure` when no Kafka is configured.
    package init(
        configuration: CascadeConfiguration, dataDirectory: String, layout: SplitLayout,
        environment: [String: String], output: any TextOutput = StandardOutput(),
        errors: any TextOutput = StandardError(), progress: ProgressOutput
    ) throws(CommandFailure) {
        guard configuration.kafka.brokers != nil else {
            throw CommandFailure(
                .configuration,
                "The roles as processes need a log that they share: set CASCADE_KAFKA to HOST:PORT of a Kafka broker, "
                    + "or leave --split out.")
        }
        self.configuration = configuration
        self.dataDirectory = dataDirectory
        self.layout = layout
        self.environment = environment
        lines = RoleLines(json: layout.json, output: output, progress: progress)
        self.progress = progress
        self.errors = errors
    }

    /// Runs until SIGTERM or Ctrl-C.
    /// - Throws: what makes a start impossible; `CommandFailure` when a process did not end when it was asked to.
    package func run() async throws {
        // Held so that nothing else works on the same data.
        let directory = try DataDirectory(path: dataDirectory)
        var plan = try SplitPlan(self, models: directory.modelsPath)
        let signals = try ShardGroup(count: 1, name: "supervisor") { _, _ in [] }
        defer { signals.drain() }
        let (events, continuation) = AsyncStream.makeStream(of: RoleEvent.self)
        let children = plan.children(log: { [errors] in errors.write($0 + "\n") }) {
            continuation.yield(RoleEvent($0, $1))
        }
        let result = await serve(children, events: events, plan: plan, until: signals.loops[0])
        progress.line("stopping: requests in flight are finished first")
        let areEnded = await Self.stop(children)
        try result.get()
        guard areEnded else {
            throw CommandFailure(.failure, "Some processes did not end within \(Self.patience) and were killed.")
        }
        withExtendedLifetime(directory) {}
    }

    /// How long a process may take to end.
    private static let patience = Duration.seconds(20)

    private func serve(
        _ children: [RoleChild], events: AsyncStream<RoleEvent>, plan: SplitPlan, until loop: EventLoop
    ) async -> Result<Void, any Error> {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await loop.terminationRequest() }
                group.addTask {
                    try await prepare(plan)
                    try Task.checkCancellation()
                    for child in children where child.role != .gateway { try child.start() }
                    try await watch(children, events, gateway: plan.gatewayURL)
                }
                defer { group.cancelAll() }
                try await group.next()
            }
            return .success(())
        } catch is CancellationError {
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// Makes topics, a demo world and a model where there are none.
    private func prepare(_ plan: SplitPlan) async throws {
        if layout.demo { try await run("demo", "--if-empty", plan: plan, tolerating: []) }
        // Too little to learn from is no reason not to serve.
        try await run("train", "--if-none", plan: plan, tolerating: [.invalidData])
    }

    private func run(
        _ name: String, _ argument: String, plan: SplitPlan, tolerating tolerated: [ExitCode]
    ) async throws {
        let quiet = progress.style == .silent ? ["--quiet"] : []
        let end = try await OneOffCommand([name, argument] + quiet, environment: plan.common).run()
        try Task.checkCancellation()
        switch end {
        case .code(0): return
        case .code(let code) where tolerated.contains { $0.rawValue == code }: return
        case .code(let code):
            throw CommandFailure(
                ExitCode(rawValue: code) ?? .failure, "'cascade \(name)' failed, see above: nothing was started.")
        case .signal(let signal):
            throw CommandFailure(.failure, "'cascade \(name)' was ended by signal \(signal): nothing was started.")
        }
    }

    /// Prints what becomes of the processes.
    private func watch(_ children: [RoleChild], _ events: AsyncStream<RoleEvent>, gateway: String) async throws {
        var areReady = false
        var starts: [ObjectIdentifier: StartPatience] = [:]
        for await event in events {
            switch event.event {
            case .ready where areReady: lines.restarted(event.child)
            case .ready:
                let missing = children.filter { !$0.isReady }
                // The gateway comes last, so that it finds the others at once.
                if missing.allSatisfy({ $0.role == .gateway }), event.child.role != .gateway {
                    for gateway in missing where !gateway.hasStarted { try gateway.start() }
                }
                guard missing.isEmpty else { continue }
                areReady = true
                lines.ready(gateway: gateway, children)
            case .ended(let end, let wasReady):
                if !areReady, !wasReady, case .code(let code) = end, let code = ExitCode(rawValue: code),
                    starts[ObjectIdentifier(event.child), default: StartPatience()].isOver(after: code)
                {
                    throw CommandFailure(code, "\(event.child.role.rawValue) cannot start, see above.")
                }
                progress.line("\(event.child.role.rawValue) ended (\(Self.text(end))) and is started again")
            }
        }
    }

    private static func text(_ end: ChildProcess.End) -> String {
        switch end {
        case .code(let code): "exit code \(code)"
        case .signal(let signal): "signal \(signal)"
        }
    }

    /// The gateway first, so that nobody asks those that are going; the owners of state last.
    /// - Returns: whether all ended by themselves.
    private static func stop(_ children: [RoleChild]) async -> Bool {
        var areEnded = true
        for roles: [Role] in [[.gateway], [.recall, .ranking, .rerank], [.userFeatures, .itemFeatures]] {
            await withTaskGroup(of: Bool.self) { group in
                for child in children where roles.contains(child.role) {
                    group.addTask { await child.stop(within: patience) }
                }
                for await isEnded in group where !isEnded { areEnded = false }
            }
        }
        return areEnded
    }
}

/// Something that became of one process.
struct RoleEvent: Sendable {
    let child: RoleChild
    let event: RoleChild.Event

    init(_ child: RoleChild, _ event: RoleChild.Event) {
        self.child = child
        self.event = event
    }
}
