import Domain
import Models

/// Trains one set of parameters more than once: on a part of the data first, on all of it later.
final class TwoTowerSession: RecallSession {
    private let data: TrainingData
    private let settings: TwoTowerSettings
    private let network: TwoTowerNetwork
    /// How the last training ended.
    private var last: TwoTowerRun.Outcome?

    /// Parameters at their start, with a row for everything that `data` has.
    init(_ data: TrainingData, settings: TwoTowerSettings) throws(TrainingError) {
        try settings.check()
        self.data = data
        self.settings = settings
        let sequences = UserSequences(data.train, users: data.userCount)
        guard !sequences.samples.isEmpty else {
            throw TrainingError(
                .noData, "there is no positive interaction to learn from: import history, or give events a weight")
        }
        let tables = TwoTowerTables(data, sequences: sequences, settings: settings)
        let shape = TwoTowerShape(
            dimensions: settings.dimensions, itemHidden: settings.hidden, userHidden: settings.hidden,
            items: tables.items.count, itemTokens: tables.itemTokens.count, userTokens: tables.userTokens.count)
        network = TwoTowerNetwork(shape: shape, tables: tables, settings: settings)
    }

    /// Trains from where the parameters are, on some of the interactions, in time order.
    func train(
        _ interactions: [Interaction], phase: String, on course: TrainingCourse,
        _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> TwoTowerModel {
        let outcome = try run(interactions, settings, phase, from: nil, course, progress)
        last = outcome
        return outcome.model
    }

    /// Goes on with smaller steps for at most `epochs` epochs, and for a quarter of those that training took: what was
    /// learned fast is also learned by heart fast. Where validation finds nothing better, the model stays as it is.
    func refresh(
        _ interactions: [Interaction], epochs: Int, rate: Float, on course: TrainingCourse,
        _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> TwoTowerModel {
        var settings = settings
        settings.epochs = max(1, min(epochs, (last?.epoch ?? 0) / 4))
        settings.learningRate *= rate
        settings.seed &+= 1
        return try run(interactions, settings, "refresh", from: last?.figure, course, progress).model
    }

    /// One training, or what came of it before.
    private func run(
        _ interactions: [Interaction], _ settings: TwoTowerSettings, _ phase: String, from start: Double?,
        _ course: TrainingCourse, _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> TwoTowerRun.Outcome {
        if let result = try course.finished(phase, parameters: network.shape.layout.count) {
            network.parameters.assign(result.parameters)
            return TwoTowerRun.Outcome(
                model: network.model(pooling: settings.pooling), figure: result.figure, epoch: result.epoch)
        }
        let sampler = TwoTowerSampler(
            sequences: UserSequences(interactions, users: data.userCount), tables: network.tables, settings: settings)
        var run = TwoTowerRun(data: data, network: network, sampler: sampler, settings: settings, phase: phase)
        let outcome = try run.execute(from: start, on: course, progress)
        course.finish(
            FinishedPhase(
                name: phase, epoch: outcome.epoch, figure: outcome.figure, parameters: network.parameters.array))
        return outcome
    }
}
