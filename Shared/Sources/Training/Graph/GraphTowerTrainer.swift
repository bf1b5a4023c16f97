import Kernels

/// Trains ``GraphTowers``: one propagation over the graph of the training interactions, a sampled softmax over items.
///
/// With A the normalised graph and e the items' table, an item's vector is e and a user's A·e (a layer of LightGCN, He et
/// al., SIGIR 2020, §3.1, without parameters of users). More layers cost several times as much a step and gained nothing
/// that more dimensions do not gain cheaper. Each of a user's items is a target t against the step's shared negatives, those
/// of the user's own left out (sampled softmax, Bengio & Senécal 2008; shared negatives as in Yi et al., RecSys 2019):
///
///     loss = ln(exp s_t + (items/negatives)·Σ_n exp s_n) − s_t
///
/// The work of a step is split among threads by rows, and sums are taken in the order of threads: a run repeats bit for
/// bit with the same number of threads.
public struct GraphTowerTrainer {
    private let graph: InteractionGraph
    private let settings: GraphTowerSettings
    private let start: GraphTowerStart?

    public init(graph: InteractionGraph, settings: GraphTowerSettings = GraphTowerSettings()) {
        self.init(graph: graph, settings: settings, start: nil)
    }

    /// A training that goes on from towers of before; without, from random ones.
    init(graph: InteractionGraph, settings: GraphTowerSettings, start: GraphTowerStart?) {
        self.graph = graph
        self.settings = settings
        self.start = start
    }

    /// Trains. O(epochs·(users·negatives + users/batch·items)·dimensions).
    ///
    /// - Parameter progress: called after each epoch; false stops the training.
    public func train(_ progress: (TrainingProgress) -> Bool = { _ in true }) throws(TrainingError) -> GraphTowers {
        try train { report, _ in progress(report) }
    }

    /// Trains; `progress` may take towers out of the network.
    ///
    /// - Parameters:
    ///   - state: what an interrupted training left, to go on from.
    ///   - endEpoch: is given what makes the state at the end of an epoch, without a best one.
    func train(
        resuming state: NetworkState? = nil, endEpoch: (() -> NetworkState) -> Void = { _ in },
        _ progress: (TrainingProgress, GraphTowerNetwork) -> Bool
    ) throws(TrainingError) -> GraphTowers {
        guard graph.edgeCount > 0 else {
            throw TrainingError(.noData, "no user of the training part has an item: there is nothing to learn from")
        }
        let network = GraphTowerNetwork(graph: graph, settings: settings)
        if let start { network.begin(from: start) }
        var random = RandomSource(seed: settings.seed &+ 0x6A4F)
        var users = (0..<graph.userCount).filter { !graph.items(of: $0).isEmpty }.map { Int32($0) }
        let steps = (users.count + settings.batch - 1) / settings.batch
        let started = ContinuousClock.now
        var (epoch, epochStarts) = (0, [RandomSource]())
        if let state {
            network.restore(state)
            (epoch, epochStarts) = (state.epoch, state.epochStarts)
            for start in epochStarts {
                random = start
                random.shuffle(&users)
            }
            random = state.random
        }
        while epoch < max(1, settings.epochs) {
            epoch += 1
            epochStarts.append(random)
            random.shuffle(&users)
            var sum = 0.0
            for step in 0..<steps {
                let rows = users[Parallel.share(of: users.count, part: step, parts: steps)]
                let loss = network.accumulateGradients(users: Array(rows), negatives: network.drawNegatives(&random))
                guard loss.isFinite else {
                    throw TrainingError(
                        .diverged, "the loss is not a number any more in epoch \(epoch): lower the learning rate")
                }
                sum += loss
                network.applyGradients(rate: rate(at: (epoch - 1) * steps + step, of: settings.epochs * steps))
            }
            let report = TrainingProgress(
                phase: "two-tower", epoch: epoch, epochs: settings.epochs, loss: sum / Double(steps), validation: [:],
                fraction: Double(epoch) / Double(settings.epochs))
            guard progress(report.estimating(since: started), network) else {
                throw TrainingError(.cancelled, "training was stopped before its end")
            }
            endEpoch {
                NetworkState(
                    epoch: epoch, worse: 0, step: network.step, random: random, epochStarts: epochStarts, best: nil,
                    parameters: network.parameters, first: network.first, second: network.second)
            }
        }
        return network.towers
    }

    private func rate(at step: Int, of steps: Int) -> Float {
        let warm = min(1, Float(step + 1) / Float(max(1, settings.warmUpSteps)))
        return settings.learningRate * warm * cosineFall(Float(step) / Float(max(1, steps)))
    }
}

/// What a training goes on from: towers, and the item factors of the graph that they are from.
struct GraphTowerStart {
    let towers: GraphTowers
    let itemFactors: [Float]
}
