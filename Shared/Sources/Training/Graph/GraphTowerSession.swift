import Domain
import Models

/// Trains ``GraphTowers`` as the recall model of a bundle.
final class GraphTowerSession: RecallSession {
    private let data: TrainingData
    private let settings: TwoTowerSettings
    private let tables: TwoTowerTables
    private let validator: TwoTowerValidator
    /// How the training ended; nil before.
    private var last: GraphTowerRun.Outcome?

    init(_ data: TrainingData, settings: TwoTowerSettings) throws(TrainingError) {
        try settings.check()
        self.data = data
        self.settings = settings
        tables = TwoTowerTables(
            data, sequences: UserSequences(data.train, users: data.userCount), settings: settings)
        validator = TwoTowerValidator(data.epochQuestions, items: data.items, threads: settings.threads)
    }

    /// Trains from the start.
    func train(
        _ interactions: [Interaction], phase: String, on course: TrainingCourse,
        _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> TwoTowerModel {
        let outcome = try run(interactions, graphSettings, phase, from: nil, course, progress)
        last = outcome
        return model(of: outcome.towers)
    }

    func refresh(
        _ interactions: [Interaction], epochs: Int, rate: Float, on course: TrainingCourse,
        _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> TwoTowerModel {
        guard let last else { preconditionFailure("there is nothing to refresh") }
        var settings = graphSettings
        settings.epochs = max(1, min(epochs, last.epoch / 3))
        settings.learningRate *= rate
        settings.seed &+= 1
        return model(of: try run(interactions, settings, "refresh", from: last, course, progress).towers)
    }

    private func run(
        _ interactions: [Interaction], _ settings: GraphTowerSettings, _ phase: String,
        from start: GraphTowerRun.Outcome?, _ course: TrainingCourse, _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> GraphTowerRun.Outcome {
        var run = GraphTowerRun(phase: phase, graph: graph(of: interactions), settings: settings, start: start) {
            self.validator.measure(self.model(of: $0))
        }
        return try run.execute(on: course, progress)
    }

    private func model(of towers: GraphTowers) -> TwoTowerModel {
        TwoTowerModel(towers, tables: tables, settings: settings)
    }

    private func graph(of interactions: [Interaction]) -> InteractionGraph {
        var lists = [[Int32]](repeating: [], count: data.userCount)
        for interaction in interactions where interaction.entry.weight > 0 && interaction.entry.kind != .impression {
            lists[Int(interaction.user)].append(Int32(interaction.entry.item))
        }
        return InteractionGraph(itemCount: data.items.count, itemsByUser: lists)
    }

    private var graphSettings: GraphTowerSettings {
        var graph = GraphTowerSettings(users: data.userCount)
        graph.batch = min(graph.batch, settings.batch)
        graph.dimensions = settings.dimensions
        graph.temperature = settings.temperature
        graph.negatives = settings.negatives
        graph.epochs = settings.epochs
        graph.learningRate = settings.learningRate
        graph.threads = settings.threads
        graph.seed = settings.seed
        return graph
    }
}
