import Domain
import Kernels
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
        try check()
        let sequences = UserSequences(data.train, users: data.userCount)
        guard !sequences.samples.isEmpty else {
            throw TrainingError(
                .noData,
                "there is no positive interaction to learn from: import history, or lower the weights' threshold")
        }
        let tables = TwoTowerTables(data, sequences: sequences, settings: settings)
        let shape = TwoTowerShape(
            dimensions: settings.dimensions, itemHidden: settings.hidden, userHidden: settings.hidden,
            items: tables.items.count, itemTokens: tables.itemTokens.count, userTokens: tables.userTokens.count)
        var run = TwoTowerRun(
            data: data, network: TwoTowerNetwork(shape: shape, tables: tables, settings: settings),
            sampler: TwoTowerSampler(sequences: sequences, tables: tables, settings: settings), settings: settings)
        return try run.execute(progress)
    }

    private func check() throws(TrainingError) {
        let isUsable =
            settings.dimensions >= 1 && settings.hidden >= 1 && settings.epochs >= 1 && settings.batch >= 1
            && settings.negatives >= 1 && settings.samplesPerUser >= 1 && settings.threads >= 1
            && settings.temperature.isFinite && settings.temperature > 0 && settings.learningRate.isFinite
            && settings.learningRate > 0 && settings.pooling.isValid
        guard isUsable else {
            throw TrainingError(
                .badSetting, "a two-tower setting makes no sense: sizes and rates are above zero and finite")
        }
    }
}
