import Models

/// Where a training is.
public struct TrainingProgress: Sendable {
    /// What is being done, such as `two-tower`.
    public var phase: String
    /// The epoch that has ended, from 1, and how many there will be at most.
    public var epoch: Int
    public var epochs: Int
    /// Mean loss since the epoch began.
    public var loss: Double
    /// Whether an epoch has just ended.
    public var endsEpoch: Bool
    /// Figures on the validation part by name, such as `ndcg@20`; empty inside an epoch.
    public var validation: [String: Double]
    /// Share of the whole work that is done, 0…1.
    public var fraction: Double
    /// Estimate of what is left, by the clock.
    public var secondsLeft: Double

    init(
        phase: String, epoch: Int, epochs: Int, loss: Double, validation: [String: Double], fraction: Double,
        endsEpoch: Bool = true
    ) {
        self.endsEpoch = endsEpoch
        self.phase = phase
        self.epoch = epoch
        self.epochs = epochs
        self.loss = loss
        self.validation = validation
        self.fraction = fraction
        secondsLeft = 0
    }

    /// The end of an epoch as a point of a learning curve; nil inside one.
    var point: LearningCurves.Point? {
        endsEpoch ? LearningCurves.Point(phase: phase, epoch: epoch, loss: loss, figures: validation) : nil
    }

    /// The same as a part of more work: the share of the whole that this phase is.
    func inShare(_ share: Range<Double>) -> TrainingProgress {
        var progress = self
        progress.fraction = share.lowerBound + fraction * (share.upperBound - share.lowerBound)
        return progress
    }

    /// The same with an estimate of what is left, from what the work has taken so far.
    func estimating(since started: ContinuousClock.Instant) -> TrainingProgress {
        var progress = self
        let spent = (ContinuousClock.now - started) / Duration.seconds(1)
        progress.secondsLeft = fraction > 0 ? spent * (1 - fraction) / fraction : 0
        return progress
    }
}
