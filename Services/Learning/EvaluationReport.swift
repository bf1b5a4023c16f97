package import Training

/// The figures of an evaluation, ready to be shown.
package struct EvaluationReport: Sendable {
    /// The version that was measured.
    package let version: String
    /// Protocol and figures.
    package let result: Evaluator.Result
    /// From the first record read to the last figure.
    package let seconds: Double

    package init(version: String, result: Evaluator.Result, seconds: Double) {
        self.version = version
        self.result = result
        self.seconds = seconds
    }
}
