package import CommandLine
package import Configuration
package import Contracts
package import DataDirectory
package import EventLog
package import Learning
import ModelRegistry
import DemoWorld
import Kernels
package import Logging
import Metrics
import Models

/// A data directory and a log opened for work beside serving: importing, training, measuring. Nothing listens; the roles
/// catch up when the system is started next, or at once where the log is shared.
package struct Offline {
    package let directory: DataDirectory
    package let log: any EventLog
    package let topics: Topics
    package let learner: Learner
    private let lock: WorkLock?

    /// Opens what a configuration names; close it at the end.
    ///
    /// An embedded log belongs to one process: whoever serves must have ended. Where Kafka is the log, servers may go on.
    /// - Parameter isTraining: whether model bundles will be written: one process at a time does that in a folder, whatever
    ///   data directories they have.
    package init(
        _ configuration: CascadeConfiguration, environment: [String: String], logger: Logger, isTraining: Bool = false
    ) throws {
        try Kernels.selfCheck()
        let isShared = LogOpening.isShared(configuration)
        directory = try DataDirectory(
            path: try configuration.dataDirectory(environment: environment), models: configuration.models,
            isShared: isShared)
        lock = isTraining ? try WorkLock(folder: directory.modelsPath) : nil
        log = try LogOpening.open(configuration, path: directory.logPath, logger: logger, metrics: MetricRegistry())
        topics = LogOpening.topics(configuration)
        learner = Learner(
            log: log, topics: topics,
            registry: ModelRegistry(
                directory: directory.modelsPath, limits: ModelLimits(configuration.modelLimits)),
            configuration: configuration)
    }

    /// Writes a demo world.
    /// - Parameters:
    ///   - isNeeded: only where the log is empty, or such a world was begun.
    ///   - size: nil leaves a number as it is by default.
    /// - Returns: whether one was written.
    package func writeDemo(
        ifEmpty isNeeded: Bool, items: Int?, users: Int?, events: Int?, progress: ProgressOutput
    ) async throws -> Bool {
        let demo = DemoData(log: log, topics: topics, notePath: directory.unfinishedDemoPath, progress: progress)
        if isNeeded, try demo.wanted() == nil { return false }
        if let unfinished = try demo.unfinished() {
            progress.line("a demo world was begun and not finished: it is made to its end")
            try await demo.write(unfinished)
        } else {
            let usual = DemoWorld.Configuration(end: DemoData.midnight())
            try await demo.write(
                DemoWorld.Configuration(
                    end: usual.end, items: items ?? usual.items, users: users ?? usual.users,
                    events: events ?? usual.events))
        }
        return true
    }

    /// The version of the model that is to be served; nil while there is none.
    package func liveVersion() throws -> String? { try ModelRegistry(directory: directory.modelsPath).active() }

    package func close() { log.close() }
}
