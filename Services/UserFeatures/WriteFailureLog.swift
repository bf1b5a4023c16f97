import Logging

/// Tells of writes to the log that failed and are tried again: a line every ten seconds, not one for each try.
struct WriteFailureLog: Sendable {
    let logger: Logger
    let message: StaticString
    private let limit = LogRateLimit(intervalMilliseconds: 10_000)

    init(logger: Logger, message: StaticString) {
        self.logger = logger
        self.message = message
    }

    func report(_ error: any Error) {
        guard let suppressed = limit.admit() else { return }
        logger.error(message, ["error": "\(error)", "suppressed": LogValue(suppressed)])
    }
}
