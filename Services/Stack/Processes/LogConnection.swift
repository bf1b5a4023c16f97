import Configuration
import EventLog
import Logging
import Metrics

/// Opens a log that may be away for a while.
struct LogConnection {
    let configuration: CascadeConfiguration
    let board: ReadinessBoard
    let logger: Logger
    let metrics: MetricRegistry

    /// Tries until the log is there. Each try has its own time limit.
    /// - Throws: `LogError` when trying again is of no use; `CancellationError`.
    func open() async throws -> any EventLog {
        var backOff = BackOff(first: 250, last: 5_000)
        while true {
            do {
                return try LogOpening.open(configuration, path: "", logger: logger, metrics: metrics)
            } catch let error as LogError where error.isTransient {
                try Task.checkCancellation()
                board.wait("The log cannot be reached: \(error)")
                logger.warning("the log cannot be reached, trying again", ["error": .text("\(error)")])
                try await Task.sleep(for: .milliseconds(backOff.milliseconds()))
            }
        }
    }
}
