import Training

/// Prints how each epoch of a training ended: its loss, its figures on validation, and the time since the training began.
struct EpochOutput {
    private let started = ContinuousClock.now

    /// Prints the end of an epoch. True, for the training goes on.
    ///
    /// - Parameter phase: in place of the one that the training names.
    func show(_ progress: TrainingProgress, as phase: String? = nil) -> Bool {
        guard progress.endsEpoch else { return true }
        print(
            "\(phase ?? progress.phase) \(progress.epoch)/\(progress.epochs) loss \(four(progress.loss))",
            figures(progress.validation), elapsed)
        return true
    }

    /// The time since the training began.
    var elapsed: Duration { ContinuousClock.now - started }
}

/// Figures by name, in the order of names.
func figures(_ figures: [String: Double]) -> String {
    figures.sorted { $0.key < $1.key }.map { "\($0.key) \(four($0.value))" }.joined(separator: " ")
}

/// A figure with four digits after the point.
func four(_ value: Double) -> String { "\((value * 10000).rounded() / 10000)" }
