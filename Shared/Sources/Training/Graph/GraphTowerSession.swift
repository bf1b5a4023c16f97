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
        /// Of the network that gave the towers.
        var parameters: [Float]
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

    private var parameterCount: Int { data.items.count * (settings.dimensions + 1) }

    /// Trains from the start.
    func train(
        _ interactions: [Interaction], phase: String, on course: TrainingCourse,
        _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> TwoTowerModel {
        let graph = graph(of: interactions)
        let outcome = try run(graph, graphSettings, phase, from: nil, course, progress)
        last = (graph, outcome)
        return model(of: outcome.towers)
    }

    func refresh(
        _ interactions: [Interaction], epochs: Int, rate: Float, on course: TrainingCourse,
        _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> TwoTowerModel {
        guard let last else { preconditionFailure("there is nothing to refresh") }
        var settings = graphSettings
        settings.epochs = max(1, min(epochs, last.outcome.epoch / 4))
        settings.learningRate *= rate
        settings.seed &+= 1
        return model(of: try run(graph(of: interactions), settings, "refresh", from: last, course, progress).towers)
    }

    /// Trains, or takes what came of it before; keeps the towers of the epoch that validation finds best, those of the start
    /// included; without cases those of the last one.
    private func run(
        _ graph: InteractionGraph, _ settings: GraphTowerSettings, _ phase: String,
        from start: (graph: InteractionGraph, outcome: Outcome)?, _ course: TrainingCourse,
        _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> Outcome {
        func outcome(_ epoch: Int, _ figure: Double?, _ parameters: [Float]) -> Outcome {
            if epoch == 0, let start { return start.outcome }
            let network = GraphTowerNetwork(graph: graph, settings: settings)
            network.assign(parameters)
            return Outcome(towers: network.towers, parameters: parameters, figure: figure, epoch: epoch)
        }
        if let result = try course.finished(phase, parameters: parameterCount) {
            return outcome(result.epoch, result.figure, result.parameters)
        }
        let state = try course.state(of: phase, parameters: parameterCount)
        // The epoch is one of this run, 0 for the start.
        var best = start.map { (epoch: 0, outcome: $0.outcome) }
        if let state {
            let kept = state.best.map { ($0.epoch, outcome($0.epoch, $0.figure, $0.parameters)) }
            best = kept ?? (state.epoch, outcome(state.epoch, nil, state.parameters))
        }
        let trainer = GraphTowerTrainer(
            graph: graph, settings: settings,
            start: start.map { GraphTowerStart(towers: $0.outcome.towers, itemFactors: $0.graph.itemFactors) })
        _ = try trainer.train(
            resuming: state,
            endEpoch: { makeState in
                course.endEpoch(of: phase) {
                    var state = makeState()
                    state.best = best.flatMap { epoch, outcome in
                        outcome.figure.map {
                            NetworkState.Best(figure: $0, epoch: epoch, parameters: outcome.parameters)
                        }
                    }
                    return state
                }
            },
            { report, network in
                var report = report
                report.phase = phase
                let towers = network.towers
                report.validation = validator.measure(model(of: towers))
                let figure = report.validation["ndcg@20"]
                if best == nil || (figure ?? .infinity) > (best?.outcome.figure ?? -1) {
                    best = (
                        report.epoch,
                        Outcome(
                            towers: towers, parameters: network.parameters, figure: figure, epoch: report.epoch)
                    )
                }
                return progress(report)
            })
        guard let best else { preconditionFailure("a training has an epoch at least") }
        course.finish(
            FinishedPhase(
                name: phase, epoch: best.epoch, figure: best.outcome.figure, parameters: best.outcome.parameters))
        return best.outcome
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
