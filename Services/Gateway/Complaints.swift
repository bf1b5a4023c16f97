import Logging

/// Warnings of stages that do not answer, one each ten seconds at most for a stage.
final class Complaints {
    private let logger: Logger
    private let requests = LogRateLimit(intervalMilliseconds: 10_000)
    private let limits = Stage.allCases.map { _ in LogRateLimit(intervalMilliseconds: 10_000) }

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// A request that failed for a reason that is no fault of the caller's.
    func complain(ofRequest error: any Error) {
        guard let suppressed = requests.admit() else { return }
        logger.error(
            "a request failed", ["error": .text("\(error)"), "suppressed": .integer(Int64(suppressed))])
    }

    func complain(_ failure: StageFailure) {
        guard let suppressed = limits[failure.stage.rawValue].admit() else { return }
        logger.warning(
            "answering without a stage: it failed",
            [
                "stage": .text(failure.stage.name), "cause": .text(failure.cause.name),
                "error": .text("\(failure.error)"), "suppressed": .integer(Int64(suppressed)),
            ])
    }
}
