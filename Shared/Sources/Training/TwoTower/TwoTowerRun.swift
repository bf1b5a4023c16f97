import Domain
import Kernels
import Models

/// One training of a two-tower model, from the first step to the best model.
struct TwoTowerRun {
    /// What a training ended with.
    struct Outcome {
        var model: TwoTowerModel
        /// NDCG@20 on validation; nil without cases.
        var figure: Double?
        /// The epoch that the parameters are from, 0 for those at the start.
        var epoch: Int
    }

    let data: TrainingData
    let network: TwoTowerNetwork
    var sampler: TwoTowerSampler
    let settings: TwoTowerSettings
    /// Name of the work in progress reports.
    let phase: String

    private var first: FloatBuffer
    private var second: FloatBuffer
    private var batch = TwoTowerBatch()
    private var step = 0
    private let started = ContinuousClock.now

    init(
        data: TrainingData, network: TwoTowerNetwork, sampler: TwoTowerSampler, settings: TwoTowerSettings,
        phase: String
    ) {
        self.phase = phase
        self.data = data
        self.network = network
        self.sampler = sampler
        self.settings = settings
        first = FloatBuffer(count: network.shape.layout.count)
        second = FloatBuffer(count: network.shape.layout.count)
    }

    /// Epochs that the work budget allows, of those that the settings want.
    var epochs: Int {
        let candidates = min(network.tables.items.count, settings.negatives + settings.batch)
        let work = Double(max(1, sampler.samplesPerEpoch)) * Double(max(1, candidates))
        return max(1, min(settings.epochs, Int(settings.workBudget / work)))
    }

    /// Trains, leaves the network with the best parameters, and says how good they are. What the network has at first
    /// counts as well, when `start` says how good that is.
    mutating func execute(
        from start: Double? = nil, on course: TrainingCourse, _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> Outcome {
        let epochs = epochs
        let steps = (sampler.samplesPerEpoch + settings.batch - 1) / settings.batch
        let validator = TwoTowerValidator(data.epochQuestions, items: data.items, threads: settings.threads)
        let schedule = TwoTowerSchedule(epochs: epochs, firstCycle: settings.firstCycle, steps: steps)
        var best = start.map { NetworkState.Best(figure: $0, epoch: 0, parameters: network.parameters.array) }
        var worse = 0
        var epoch = 0
        if let state = try course.state(of: phase, parameters: network.shape.layout.count) {
            restore(state)
            (best, worse, epoch) = (state.best, state.worse, state.epoch)
        }
        while epoch < epochs, worse < max(1, settings.patience) {
            epoch += 1
            let loss = try runEpoch(epoch, of: epochs, schedule, progress)
            let figures = validator.measure(network.model(pooling: settings.pooling))
            let report = TrainingProgress(
                phase: phase, epoch: epoch, epochs: epochs, loss: loss, validation: figures,
                fraction: Double(epoch) / Double(epochs))
            guard progress(report.estimating(since: started)) else { throw Self.cancelled }
            if let figure = figures["ndcg@20"] {
                if figure > (best?.figure ?? -1) {
                    best = NetworkState.Best(figure: figure, epoch: epoch, parameters: network.parameters.array)
                    worse = 0
                } else {
                    worse += 1
                }
            }
            course.endEpoch(of: phase) { makeState(after: epoch, best: best, worse: worse) }
        }
        if let best { network.parameters.assign(best.parameters) }
        let model = network.model(pooling: settings.pooling)
        guard model.parameters.allSatisfy({ $0.isFinite }) else { throw diverged(in: epoch) }
        return Outcome(model: model, figure: best?.figure, epoch: best?.epoch ?? epochs)
    }

    private mutating func runEpoch(
        _ epoch: Int, of epochs: Int, _ schedule: TwoTowerSchedule, _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> Double {
        let steps = schedule.steps
        sampler.beginEpoch()
        var sum = 0.0
        for index in 0..<steps {
            sampler.fill(&batch, step: index)
            guard batch.count > 0 else { break }
            let loss = network.accumulateGradients(of: batch)
            guard loss.isFinite else { throw diverged(in: epoch) }
            sum += loss
            step += 1
            applyGradients(schedule.factor(at: step))
            if index % 16 == 15 {
                let done = (Double(epoch - 1) + Double(index + 1) / Double(steps)) / Double(epochs)
                let report = TrainingProgress(
                    phase: phase, epoch: epoch, epochs: epochs, loss: sum / Double(index + 1), validation: [:],
                    fraction: done, endsEpoch: false)
                guard progress(report.estimating(since: started)) else { throw Self.cancelled }
            }
        }
        let mean = sum / Double(max(1, steps))
        guard mean < Self.worstLoss(candidates: min(network.tables.items.count, settings.negatives + settings.batch))
        else { throw diverged(in: epoch) }
        return mean
    }

    /// Three times what guessing costs: no training that works has an epoch as bad.
    private static func worstLoss(candidates: Int) -> Double {
        3 * Double(max(1, logarithm(Float(max(1, candidates)))))
    }

    private func makeState(after epoch: Int, best: NetworkState.Best?, worse: Int) -> NetworkState {
        NetworkState(
            epoch: epoch, worse: worse, step: step, random: sampler.random, epochStarts: sampler.epochStarts,
            best: best,
            parameters: network.parameters.array, first: first.array, second: second.array)
    }

    private mutating func restore(_ state: NetworkState) {
        sampler.resume(after: state.epochStarts, random: state.random)
        network.parameters.assign(state.parameters)
        first.assign(state.first)
        second.assign(state.second)
        step = state.step
    }

    /// One step of Adam over everything, and gradients back to zero; each thread has a range of its own.
    private func applyGradients(_ factor: Float) {
        let warm = min(1, Float(step) / Float(max(1, settings.warmUpSteps)))
        let rate = settings.learningRate * warm * factor
        let layout = network.shape.layout
        let (network, first, second, step, settings) = (network, first, second, step, settings)
        let embeddings = network.shape.itemLayer1.offset
        Parallel.run(settings.threads) { part in
            for (range, factor, decay) in [
                (0..<embeddings, Float(1), settings.embeddingDecay), (embeddings..<layout.count, settings.layerRate, 0),
            ] {
                let share = Parallel.share(of: range.count, part: part, parts: settings.threads)
                let start = range.lowerBound + share.lowerBound
                let adam = AdamSettings(rate: rate * factor, step: step, beta1: 0.9, beta2: 0.99, l2: decay)
                unsafe Kernels.unsafeAdamStep(
                    count: share.count, parameters: network.parameters.base + start,
                    gradients: network.gradients.base + start, first: first.base + start,
                    second: second.base + start, settings: adam)
                unsafe (network.gradients.base + start).update(repeating: 0, count: share.count)
            }
        }
    }

    private func diverged(in epoch: Int) -> TrainingError {
        TrainingError(
            .diverged,
            "the two-tower model learns nothing any more, its loss grew without bound in epoch \(epoch): lower the "
                + "learning rate (training.learningRate, which is \(settings.learningRate)), then train again")
    }

    private static let cancelled = TrainingError(.cancelled, "training was stopped before its end")
}
