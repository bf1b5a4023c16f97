public import Models

/// Trains a ``TwoTowerModel``: sampled softmax over in-batch and uniform negatives with a correction for how likely each
/// is to be drawn, Adam, a warm-up and a cosine fall, and a halt when validation gets no better.
///
/// Every sample is a user's first meeting with an item, its history what the user's state was just before.
public struct TwoTowerTrainer: Sendable {
    /// The settings.
    public let settings: TwoTowerSettings

    /// A trainer.
    public init(settings: TwoTowerSettings = TwoTowerSettings()) { self.settings = settings }

    /// Trains a model. `progress` hears of every epoch and of steps between, and ends the training by `false`.
    ///
    /// - Throws: ``TrainingError``: no data, a setting that makes no sense, divergence, cancellation.
    public func train(
        _ data: TrainingData, progress: (TrainingProgress) -> Bool = { _ in true }
    ) throws(TrainingError) -> TwoTowerModel {
        var whole = ModelTrainerSettings()
        whole.twoTower = settings
        let course = try TrainingCourse(of: data, whole)
        return try TwoTowerSession(data, settings: settings).train(
            data.train, phase: "two-tower", on: course, progress)
    }
}
