import Models

/// A training of a ``ModelTrainer`` at the end of an epoch of its recall model, to be gone on with later.
///
/// What comes after the recall model is trained again when a training is resumed.
public struct TrainingCheckpoint: Sendable, Equatable {
    /// Of what it is a part.
    public let identity: TrainingIdentity
    /// How training went so far.
    let curve: [LearningCurves.Point]
    let state: TwoTowerState

    /// What was being trained.
    public var phase: String { "two-tower" }
    /// The epoch that had ended, from 1.
    public var epoch: Int { state.epoch }

    /// - Throws: what a training says that cannot go on from this.
    func check(_ identity: TrainingIdentity, parameters: Int) throws(TrainingError) {
        let counts = [state.parameters.count, state.first.count, state.second.count, state.best?.parameters.count]
        guard self.identity == identity, counts.allSatisfy({ $0 == nil || $0 == parameters }) else {
            throw TrainingError(.foreignCheckpoint, "the checkpoint is of other data or settings: train anew")
        }
    }
}
