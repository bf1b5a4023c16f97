import Domain
import Kernels
import Models

/// Trains a ``RankerModel`` on what recall would have given in the past: a softmax over each list of candidates, the one
/// that the user took against the others (Cao et al., Learning to rank: from pairwise to listwise, ICML 2007).
///
/// It starts as the recall score alone and ends as the best state on the validation part, which may be the start.
struct RankerTrainer {
    let settings: RankerSettings
    let catalogue: ServedCatalogue
    let lists: RankerLists
    let validator: RankerValidator

    /// Trains a ranker; `progress` as in ``TwoTowerTrainer``.
    func train(_ progress: (TrainingProgress) -> Bool) throws(TrainingError) -> RankerModel {
        let model = catalogue.bundle.twoTower
        let shape = RankerShape(
            dimensions: model.dimensions, features: RankingFeature.count, hidden1: settings.hidden1,
            hidden2: settings.hidden2)
        let network = RankerNetwork(shape: shape, threads: settings.threads)
        let (means, scales) = lists.featureMoments()
        network.initialise(
            means: means, scales: scales, score: RankingFeature.recallScore.rawValue, seed: settings.seed)
        let vectors = FloatBuffer(count: catalogue.vectors.count * model.dimensions)
        var copied = [Float](repeating: 0, count: vectors.count)
        var output = copied.mutableSpan
        catalogue.vectors.copyVectors(into: &output)
        vectors.assign(copied)
        guard lists.count > 0 else { return ranker(of: network) }
        return try optimise(network, vectors, progress)
    }

    private func optimise(
        _ network: RankerNetwork, _ vectors: FloatBuffer, _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> RankerModel {
        // Means and scales are measured, not learned.
        let learned = network.shape.featureMeans.offset
        let (first, second) = (FloatBuffer(count: learned), FloatBuffer(count: learned))
        var random = RandomSource(seed: settings.seed)
        var order = Array(0..<lists.count)
        let steps = (lists.count + settings.batch - 1) / settings.batch
        var best = (figure: figure(of: network) ?? -1, parameters: network.parameters.array)
        var worse = 0
        var step = 0
        for epoch in 1...max(1, settings.epochs) {
            random.shuffle(&order)
            var sum = 0.0
            for start in stride(from: 0, to: order.count, by: settings.batch) {
                let chosen = Array(order[start..<min(order.count, start + settings.batch)])
                sum += network.accumulateGradients(of: chosen, in: lists, vectors: vectors)
                step += 1
                let rate =
                    settings.learningRate * min(1, Float(step) / 50)
                    * cosineFall(Float(step - 1) / Float(steps * settings.epochs))
                unsafe Kernels.unsafeAdamStep(
                    count: learned, parameters: network.parameters.base, gradients: network.gradients.base,
                    first: first.base, second: second.base,
                    settings: AdamSettings(rate: rate, step: step, beta2: 0.99, l2: settings.decay))
                network.gradients.clear()
            }
            guard sum.isFinite else {
                throw TrainingError(
                    .diverged, "the ranker's loss is not a number any more in epoch \(epoch): lower the learning rate")
            }
            let figures = validator.measure(scorer(of: network))
            let report = TrainingProgress(
                phase: "ranker", epoch: epoch, epochs: settings.epochs, loss: sum / Double(steps),
                validation: figures, fraction: Double(epoch) / Double(settings.epochs))
            guard progress(report) else {
                throw TrainingError(.cancelled, "training was stopped before its end")
            }
            guard let figure = figures["ndcg@20"] else { continue }
            if figure > best.figure {
                best = (figure, network.parameters.array)
                worse = 0
            } else {
                worse += 1
                if worse >= settings.patience { break }
            }
        }
        if best.figure >= 0 { network.parameters.assign(best.parameters) }
        let ranker = ranker(of: network)
        guard ranker.parameters.allSatisfy({ $0.isFinite }) else {
            throw TrainingError(.diverged, "the ranker is not a number any more at its end: lower the learning rate")
        }
        return ranker
    }

    private func figure(of network: RankerNetwork) -> Double? {
        validator.measure(scorer(of: network))["ndcg@20"]
    }

    private func scorer(of network: RankerNetwork) -> FloatListScorer {
        FloatListScorer(ranker(of: network), name: "student", vectors: catalogue.vectors)
    }

    private func ranker(of network: RankerNetwork) -> RankerModel {
        RankerModel(
            shape: network.shape, features: RankingFeature.specification,
            userScale: catalogue.bundle.twoTower.temperature, parameters: network.parameters.array)
    }
}
