package import CommandLine
package import Configuration
import Contracts
import DataDirectory
import EventLog
import EventLoop
import Glibc
import Kernels
package import Logging
import Metrics

/// One role as one running process: answers probes from the first moment, waits for the log, brings its state up to date,
/// listens, and serves until it is told to end.
package struct RoleProcess {
    let place: RolePlace
    let configuration: CascadeConfiguration
    let json: Bool
    let output: any TextOutput
    let progress: ProgressOutput
    let logger: Logger

    /// - Parameter json: whether a line of JSON is printed once the role is ready.
    package init(
        _ place: RolePlace, configuration: CascadeConfiguration, json: Bool,
        output: any TextOutput = StandardOutput(), progress: ProgressOutput, logger: Logger
    ) {
        self.place = place
        self.configuration = configuration
        self.json = json
        self.output = output
        self.progress = progress
        self.logger = logger
    }

    /// Serves until SIGTERM or Ctrl-C.
    /// - Throws: what makes a start impossible.
    package func run() async throws {
        FreedMemory.keep(bytes: 64 << 20)
        try Kernels.selfCheck()
        let hold = try DataDirectory.folder(place.folder)
        defer { withExtendedLifetime(hold) {} }
        let metrics = MetricRegistry()
        ProcessMetrics.register(in: metrics)
        let board = ReadinessBoard("The process is starting.")
        let admin = try AdminServer(place.admin, board: board, metrics: metrics)
        defer { admin.drain() }
        let work = Task { try await serve(board, metrics, admin: admin.url) }
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await admin.terminationRequest()
                return true
            }
            group.addTask {
                _ = await work.result
                return false
            }
            defer { group.cancelAll() }
            guard await group.next() == true else { return }
            board.wait("The process is ending.")
            progress.line("stopping: requests in flight are finished first")
            work.cancel()
            if !board.hasStarted { group.addTask { await giveUpStarting() } }
            _ = await group.next()
        }
        do {
            try await work.value
        } catch is CancellationError {
            // It was asked to end, and did.
        }
    }

    /// How long a start that is no longer wanted may take to notice.
    private static let patience = Duration.seconds(3)

    /// Ends the process in the middle of its start: nobody was answered yet, and what is on disk is whole at any moment.
    private func giveUpStarting() async -> Bool {
        if (try? await Task.sleep(for: Self.patience)) != nil { _exit(0) }
        return true
    }

    /// Runs until the task is cancelled, then ends in order.
    private func serve(_ board: ReadinessBoard, _ metrics: MetricRegistry, admin: String) async throws {
        let log: any EventLog
        do {
            log = try await LogConnection(
                configuration: configuration, board: board, logger: logger, metrics: metrics
            ).open()
        } catch is CancellationError {
            return
        }
        defer { log.close() }
        board.wait("The role is being brought up to date.")
        let context = RoleContext(
            configuration: configuration, place: place, log: log, topics: LogOpening.topics(configuration),
            metrics: metrics, logger: logger, board: board)
        let role = try await open(context)
        defer { role.close() }
        try await role.prepare()
        guard !Task.isCancelled else { return }
        let listening = try role.listen()
        defer { listening.shards.drain() }
        board.ask { role.readiness }
        progress.line("\(place.role.rawValue) listens on \(listening.address), probes and metrics at \(admin)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await role.run() }
            group.addTask { await announce(listening.address, admin: admin, when: board) }
            try await group.waitForAll()
            // Until the task is cancelled.
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
        }
    }

    private func announce(_ address: String, admin: String, when board: ReadinessBoard) async {
        while board.current != .ready {
            guard (try? await Task.sleep(for: .milliseconds(10))) != nil else { return }
        }
        logger.info("ready", ["address": .text(address), "admin": .text(admin)])
        guard json else { return }
        output.write(
            #"{"role": "\#(place.role.rawValue)", "pid": \#(getpid()), "address": "\#(address)", "admin": "\#(admin)"}"#
                + "\n")
    }
}
