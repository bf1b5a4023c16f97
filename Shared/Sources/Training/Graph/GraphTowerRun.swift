/// One phase of a ``GraphTowerSession``: trains towers, or takes what came of it before, and keeps those of the epoch that
/// validation finds best, those of the start included; without cases those of the last one.
struct GraphTowerRun {
    /// What a phase ends with.
    struct Outcome {
        var towers: GraphTowers
        /// Of the network that gave the towers.
        var parameters: [Float]
        /// Of the graph that the towers are from.
        var itemFactors: [Float]
        /// NDCG@20 on validation; nil without cases.
        var figure: Double?
        /// The epoch of its phase.
        var epoch: Int
    }

    let phase: String
    let graph: InteractionGraph
    let settings: GraphTowerSettings
    /// What the phase before ended with, to go on from; nil for random towers.
    let start: Outcome?
    /// Figures of towers on validation, by name.
    let measure: (GraphTowers) -> [String: Double]

    /// The best so far, with the epoch of this phase, 0 for the start.
    private var best: (epoch: Int, outcome: Outcome)?

    init(
        phase: String, graph: InteractionGraph, settings: GraphTowerSettings, start: Outcome?,
        measure: @escaping (GraphTowers) -> [String: Double]
    ) {
        (self.phase, self.graph, self.settings, self.start, self.measure) = (phase, graph, settings, start, measure)
        best = start.map { (0, $0) }
    }

    /// Runs the phase, or what is left of it by the checkpoint of `course`.
    mutating func execute(
        on course: TrainingCourse, _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> Outcome {
        let count = graph.itemCount * (settings.dimensions + 1)
        if let result = try course.finished(phase, parameters: count) {
            return outcome(of: result.epoch, result.figure, result.parameters)
        }
        let state = try course.state(of: phase, parameters: count)
        if let state { resume(from: state) }
        let trainer = GraphTowerTrainer(
            graph: graph, settings: settings,
            start: start.map { GraphTowerStart(towers: $0.towers, itemFactors: $0.itemFactors) })
        _ = try trainer.train(
            resuming: state, endEpoch: { state in course.endEpoch(of: phase) { withBest(state()) } },
            { report, network in progress(endEpoch(report, network)) })
        guard let best else { preconditionFailure("a training has an epoch at least") }
        course.finish(
            FinishedPhase(
                name: phase, epoch: best.epoch, figure: best.outcome.figure, parameters: best.outcome.parameters))
        return best.outcome
    }

    /// What an epoch of this phase gave by the parameters that were kept of it; the start for epoch 0.
    private func outcome(of epoch: Int, _ figure: Double?, _ parameters: [Float]) -> Outcome {
        if epoch == 0, let start { return start }
        let network = GraphTowerNetwork(graph: graph, settings: settings)
        network.assign(parameters)
        return Outcome(
            towers: network.towers, parameters: parameters, itemFactors: graph.itemFactors, figure: figure, epoch: epoch
        )
    }

    /// Takes the best so far from a checkpoint: what validation chose, or without cases the latest.
    private mutating func resume(from state: NetworkState) {
        best =
            state.best.map { ($0.epoch, outcome(of: $0.epoch, $0.figure, $0.parameters)) }
            ?? (state.epoch, outcome(of: state.epoch, nil, state.parameters))
    }

    /// A state with the best so far, as far as validation chose it.
    private func withBest(_ state: NetworkState) -> NetworkState {
        var state = state
        if let best, let figure = best.outcome.figure {
            state.best = NetworkState.Best(figure: figure, epoch: best.epoch, parameters: best.outcome.parameters)
        }
        return state
    }

    /// Measures the towers of an epoch, and keeps them if there are none better.
    private mutating func endEpoch(_ report: TrainingProgress, _ network: GraphTowerNetwork) -> TrainingProgress {
        var report = report
        report.phase = phase
        let towers = network.towers
        report.validation = measure(towers)
        let figure = report.validation["ndcg@20"]
        if best == nil || (figure ?? .infinity) > (best?.outcome.figure ?? -1) {
            let outcome = Outcome(
                towers: towers, parameters: network.parameters, itemFactors: graph.itemFactors, figure: figure,
                epoch: report.epoch)
            best = (report.epoch, outcome)
        }
        return report
    }
}
