package import Configuration
import Contracts
package import DataDirectory
package import EmbeddedLog
import Kernels
package import Learning
import ModelRegistry

/// A data directory opened for work beside serving: importing, training, measuring. Nothing listens; the roles catch up
/// when the system is started next.
package struct Offline {
    package let directory: DataDirectory
    package let log: EmbeddedLog
    package let learner: Learner

    /// Opens the data directory of a configuration; close it at the end.
    package init(_ configuration: CascadeConfiguration, environment: [String: String]) throws {
        try Kernels.selfCheck()
        directory = try DataDirectory(path: try configuration.dataDirectory(environment: environment))
        log = try EmbeddedLog(path: directory.logPath)
        learner = Learner(
            log: log, topics: Topics(), registry: ModelRegistry(directory: directory.modelsPath),
            configuration: configuration)
    }

    package func close() { log.close() }
}
