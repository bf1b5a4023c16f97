import CommandLine
package import Configuration
package import Contracts
package import EventLog
package import ModelRegistry
import Glibc

/// Trains models from the log and measures them: what is behind `cascade train` and `cascade evaluate`.
///
/// Training and measuring block the calling thread for as long as they take, and use all cores.
package struct Learner: Sendable {
    let log: any EventLog
    let topics: Topics
    let registry: ModelRegistry
    let configuration: CascadeConfiguration
    /// Seconds since the epoch.
    let now: @Sendable () -> Int64

    package init(
        log: any EventLog, topics: Topics, registry: ModelRegistry, configuration: CascadeConfiguration,
        now: @escaping @Sendable () -> Int64 = { Int64(time(nil)) }
    ) {
        self.log = log
        self.topics = topics
        self.registry = registry
        self.configuration = configuration
        self.now = now
    }

    var reader: HistoryReader {
        HistoryReader(log: log, topics: topics, weights: configuration.events.eventWeights)
    }
}
