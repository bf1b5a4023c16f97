import CommandLine
import Training

/// Settings of ``GraphTowers`` chosen by a held-out part, and how they did there.
struct TowerChoice {
    /// τ with the best NDCG@20 of the towers alone.
    private(set) var temperature: Float = 0.1
    /// The weight of item-to-item co-occurrence beside those towers with the best NDCG@20, both standardised.
    private(set) var weight: Float = 0
    /// NDCG@20 of the towers alone.
    private(set) var ndcg = -1.0
    /// Temperatures that were tried.
    private(set) var trials = 0

    private static let temperatures: [Float] = [0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.4, 0.56]
    /// The first one is that of towers alone.
    private static let weights: [Float] = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.7, 1]
    /// Where a training needs more multiplications than this, trials are shorter.
    private static let affordable = 3e11
    /// Dimensions and epochs of the trials that find the neighbourhood, and the share of all epochs of those that decide in it:
    /// small towers, and such as are not at their end, want more company of other items, and weights that were chosen beside
    /// them would be too large.
    private static let (roughDimensions, roughEpochs, finalShare) = (64, 6, 0.4)
    /// Users who are asked, at most: enough to tell temperatures apart.
    private static let askedUsers = 10_000

    /// Climbs from two temperatures to the best one in between or beyond, a training for each. Where trials are shorter
    /// than the training, the best one and the next lower one, which learns slower, are compared again at full size.
    init(_ held: InteractionSplit, _ settings: GraphTowerSettings, _ progress: ProgressOutput) throws {
        let split = held.asking(atMost: Self.askedUsers, seed: settings.seed)
        guard split.test.contains(where: { !$0.isEmpty }) else { return }
        let graph = InteractionGraph(itemCount: split.itemCount, itemsByUser: split.train)
        let products = split.train.count * min(split.itemCount, settings.negatives) * settings.dimensions
        let isRough = Double(products) * Double(settings.epochs) > Self.affordable
        var trial = settings
        if isRough {
            trial.dimensions = min(Self.roughDimensions, settings.dimensions)
            trial.epochs = min(Self.roughEpochs, settings.epochs)
        }
        var results: [Int: Double] = [:]
        func tryOut(_ place: Int) throws {
            guard Self.temperatures.indices.contains(place), results[place] == nil else { return }
            results[place] = try measure(Self.temperatures[place], split, graph, trial, progress)
        }
        try tryOut(2)
        try tryOut(4)
        while let best = results.max(by: { ($0.value, -$0.key) < ($1.value, -$1.key) })?.key {
            let tried = results.count
            try tryOut(best - 1)
            try tryOut(best + 1)
            guard results.count == tried else { continue }
            guard isRough else { break }
            ndcg = -1
            trial.dimensions = settings.dimensions
            trial.epochs = max(1, Int(Self.finalShare * Double(settings.epochs)))
            for place in [best, best - 1] where place >= 0 {
                _ = try measure(Self.temperatures[place], split, graph, trial, progress)
            }
            break
        }
        trials = results.count
    }

    /// Trains with a temperature, keeps it where its towers are the best so far, and returns their NDCG@20. Weighed together with
    /// company, temperatures are hard to tell apart, and one that makes worse towers can win.
    private mutating func measure(
        _ temperature: Float, _ split: InteractionSplit, _ graph: InteractionGraph, _ settings: GraphTowerSettings,
        _ progress: ProgressOutput
    ) throws -> Double {
        var settings = settings
        settings.temperature = temperature
        let towers = try GraphTowers.trained(graph, settings, "choice of τ, \(temperature)", progress)
        let qualities = FullRanking.measure(
            weights: Self.weights.map { [1, $0] },
            of: [GraphTowerScorer(towers, users: split.train), CooccurrenceScorer(graph: graph)], on: split,
            threads: settings.threads)
        let alone = qualities[0].ndcg
        if alone > ndcg {
            let best = qualities.indices.max { (qualities[$0].ndcg, $1) < (qualities[$1].ndcg, $0) } ?? 0
            (self.temperature, weight, ndcg) = (temperature, Self.weights[best], alone)
        }
        return alone
    }
}

extension GraphTowers {
    /// Trains, with the epochs shown as progress.
    static func trained(
        _ graph: InteractionGraph, _ settings: GraphTowerSettings, _ label: String, _ progress: ProgressOutput
    ) throws -> GraphTowers {
        let reporter = progress.begin(label, total: settings.epochs, unit: "epochs")
        let towers = try GraphTowerTrainer(graph: graph, settings: settings).train { step in
            reporter.update(step.epoch, note: "loss \(Format.fixed(step.loss, 3))")
            return true
        }
        reporter.finish()
        return towers
    }
}
