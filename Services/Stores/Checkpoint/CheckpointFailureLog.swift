package import Logging

/// Tells of checkpoints that could not be written: a line every ten seconds, not one for each try.
package struct CheckpointFailureLog: Sendable {
    private let logger: Logger
    private let limit = LogRateLimit(intervalMilliseconds: 10_000)

    package init(logger: Logger) {
        self.logger = logger
    }

    /// Tells of a failure after which the role goes on from memory and tries again.
    package func report(_ error: any Error, path: String) {
        guard let suppressed = limit.admit() else { return }
        logger.error(
            "checkpoint not written, serving goes on from memory and it is tried again",
            ["checkpoint.path": LogValue(path), "error": "\(error)", "suppressed": LogValue(suppressed)])
    }
}
