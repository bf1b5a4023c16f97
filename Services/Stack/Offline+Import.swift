package import CommandLine
package import Import
import DataDirectory
import Logging

extension Offline {
    /// Imports files into the log.
    package func run(_ source: ImportSource, progress: ProgressOutput) async throws -> ImportSummary {
        let now = Logger.wallClock()
        let importer = Importer(
            sink: try LogSink(log: log, topics: topics, now: now), dataFolder: directory.path, progress: progress,
            now: now)
        return try await importer.run(source)
    }
}
