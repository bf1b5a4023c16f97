package import Training

/// What a training is asked for, besides the configuration.
package struct TrainingOptions: Sendable {
    /// How the history is split.
    package var split = SplitOptions()
    /// Whether the models that are served learn from everything, held-out parts included: the best for serving, and
    /// nothing is left that they could be measured on.
    package var usesEverything = false

    package init(split: SplitOptions = SplitOptions(), usesEverything: Bool = false) {
        self.split = split
        self.usesEverything = usesEverything
    }
}
