package import Training

/// What a training is asked for, besides the configuration.
package struct TrainingOptions: Sendable {
    /// How the history is split.
    package var split = SplitOptions()
    /// Whether the models that are served learn from everything, held-out parts included: the best for serving, and
    /// nothing is left that they could be measured on.
    package var usesEverything = false

    /// Whether what an interrupted training left is not used.
    package var isFresh = false

    package init(split: SplitOptions = SplitOptions(), usesEverything: Bool = false, isFresh: Bool = false) {
        self.split = split
        self.usesEverything = usesEverything
        self.isFresh = isFresh
    }
}
