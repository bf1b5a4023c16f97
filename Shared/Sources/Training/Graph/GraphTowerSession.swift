import Domain
import Models

/// Trains ``GraphTowers`` as the recall model of a bundle.
final class GraphTowerSession: RecallSession {
    private let data: TrainingData
    private let settings: TwoTowerSettings
    private let tables: TwoTowerTables
    private let validator: TwoTowerValidator
    /// How the last training ended: its graph, the towers, NDCG@20 on validation if there are cases, and the epoch.
    private var last: (graph: InteractionGraph, outcome: Outcome)?

    private struct Outcome {
        var towers: GraphTowers
        var figure: Double?
        var epoch: Int
    }

    init(_ data: TrainingData, settings: TwoTowerSettings) throws(TrainingError) {
        try settings.check()
        self.data = data
        self.settings = settings
        tables = TwoTowerTables(
            data, sequences: UserSequences(data.train, users: data.userCount), settings: settings)
        validator = TwoTowerValidator(data, threads: settings.threads)
    }

    var parameterCount: Int { data.items.count * (settings.dimensions + 1) }

    /// Trains from the start. There are no checkpoints: it is the short part of a training.
    func train(
        _ interactions: [Interaction], phase: String, resuming _: TwoTowerState?, isDue _: () -> Bool,
        keep _: (TwoTowerState) -> Void, _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> TwoTowerModel {
        let graph = graph(of: interactions)
        let outcome = try run(GraphTowerTrainer(graph: graph, settings: graphSettings), phase, best: nil, progress)
        last = (graph, outcome)
        return model(of: outcome.towers)
    }

    func refresh(
        _ interactions: [Interaction], epochs: Int, rate: Float, _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> TwoTowerModel {
        guard let last else { preconditionFailure("there is nothing to refresh") }
        var settings = graphSettings
        settings.epochs = max(1, min(epochs, last.outcome.epoch / 4))
        settings.learningRate *= rate
        settings.seed &+= 1
        let graph = graph(of: interactions)
        let trainer = GraphTowerTrainer(
            graph: graph, settings: settings,
            start: GraphTowerStart(towers: last.outcome.towers, itemFactors: last.graph.itemFactors))
        return model(of: try run(trainer, "refresh", best: last.outcome, progress).towers)
    }

    /// Trains, and keeps the towers of the epoch that validation finds best; without cases those of the last one.
    private func run(
        _ trainer: GraphTowerTrainer, _ phase: String, best: Outcome?, _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> Outcome {
        var best = best
        _ = try trainer.train { report, network in
            var report = report
            report.phase = phase
            let towers = network.towers
            report.validation = validator.measure(model(of: towers))
            let figure = report.validation["ndcg@20"]
            if best == nil || (figure ?? .infinity) > (best?.figure ?? -1) {
                best = Outcome(towers: towers, figure: figure, epoch: report.epoch)
            }
            return progress(report)
        }
        guard let best else { preconditionFailure("a training has an epoch at least") }
        return best
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
