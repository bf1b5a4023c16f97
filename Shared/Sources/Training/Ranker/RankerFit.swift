import Kernels
import Models

/// Trains networks on lists, by Adam with a step size that falls to zero, and keeps the state that is best on the validation
/// part.
struct RankerFit: Sendable {
    let lists: RankerLists
    let validator: RankerValidator
    let catalogue: ServedCatalogue
    /// The catalogue's vectors, items × dimensions.
    let vectors: FloatBuffer
    let moments: FeatureMoments
    let settings: RankerSettings

    /// What user vectors, which come divided by the temperature, are multiplied by.
    var userScale: Float { catalogue.bundle.twoTower.temperature }

    init(
        _ lists: RankerLists, moments: FeatureMoments? = nil, validator: RankerValidator, catalogue: ServedCatalogue,
        settings: RankerSettings
    ) {
        (self.lists, self.validator, self.catalogue, self.settings) = (lists, validator, catalogue, settings)
        self.moments = moments ?? lists.featureMoments()
        var copied = [Float](repeating: 0, count: catalogue.vectors.count * lists.dimensions)
        var output = copied.mutableSpan
        catalogue.vectors.copyVectors(into: &output)
        vectors = FloatBuffer(count: copied.count)
        vectors.assign(copied)
    }

    enum Figure: String {
        case ndcg = "ndcg@20"
        case auc = "auc"
    }

    /// How a training goes on.
    struct Plan {
        var phase: String
        var epochs: Int
        var rate: Float
        /// Epochs without a better figure after which it stops.
        var patience: Int
        /// What states are compared by, more being better: NDCG@20, or the AUC that a report card limits.
        var figure: Figure
        /// Whether the state before the first step counts as one.
        var keepsStart: Bool
    }

    /// Trains a network, or puts in what came of it before. At the end it holds the best state.
    ///
    /// - Parameter rounding: makes the network's parameters of those that are trained; nil where they are the same.
    func run<Network: RankingNetwork>(
        _ network: Network, _ plan: Plan, loss: ListLoss, rounding: ((FloatBuffer) -> Void)? = nil,
        on course: TrainingCourse, _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) {
        if let result = try course.finished(plan.phase, parameters: network.parameters.count) {
            network.parameters.assign(result.parameters)
            return
        }
        var run = RankerRun(fit: self, network: network, plan: plan, loss: loss, rounding: rounding)
        let best = try run.execute(on: course, progress)
        course.finish(
            FinishedPhase(
                name: plan.phase, epoch: best?.epoch ?? plan.epochs, figure: best?.figure,
                parameters: network.parameters.array))
    }

    /// What scores of the validation part's candidates are worth; nothing without cases that can be answered.
    func figures(of scores: [Float]) -> [String: Double] {
        guard validator.answerable > 0 else { return [:] }
        var figures = validator.figures(of: scores)
        figures[Figure.auc.rawValue] = validator.auc(of: scores, threads: settings.threads)
        return figures
    }

    func batch(rows: Int, lists count: Int, heads: Int) -> RankerBatch {
        RankerBatch(
            rows: rows, lists: count, dimensions: lists.dimensions, heads: heads, moments: moments, vectors: vectors)
    }

    /// The scores of all candidates of the validation part.
    func scores<Network: RankingNetwork>(of network: Network) -> [Float] {
        let asked = validator.lists
        let longest = (0..<asked.count).map { asked.range(of: $0).count }.max() ?? 0
        guard longest > 0 else { return [] }
        let scores = FloatBuffer(count: asked.items.count)
        let threads = max(1, settings.threads)
        Parallel.run(threads) { [self] part in
            let batch = batch(rows: longest, lists: 1, heads: network.heads)
            let work = network.makeWorkspace(rows: longest, lists: 1)
            for user in Parallel.share(of: asked.count, part: part, parts: threads) {
                batch.gather(user, from: asked, scale: userScale)
                network.forward(batch, work)
                for (row, place) in asked.range(of: user).enumerated() {
                    unsafe scores.base[place] = batch.outputs.base[row * network.heads]
                }
            }
        }
        return scores.array
    }

    /// The scores of all candidates of the training lists.
    func listScores<Network: RankingNetwork>(of network: Network) -> [Float] {
        let scores = FloatBuffer(count: lists.count * lists.length)
        let threads = max(1, settings.threads)
        Parallel.run(threads) { [self] part in
            let batch = batch(rows: lists.length, lists: 1, heads: network.heads)
            let work = network.makeWorkspace(rows: lists.length, lists: 1)
            for list in Parallel.share(of: lists.count, part: part, parts: threads) {
                batch.gather([list][...], from: lists)
                network.forward(batch, work)
                for row in 0..<lists.length {
                    unsafe scores.base[list * lists.length + row] = batch.outputs.base[row * network.heads]
                }
            }
        }
        return scores.array
    }
}
