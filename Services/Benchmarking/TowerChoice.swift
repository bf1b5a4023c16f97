import CommandLine
import Training

/// Settings of ``GraphTowers`` chosen by a held-out part, and how they did there.
struct TowerChoice {
    /// τ with the best NDCG@20.
    private(set) var temperature: Float = 0.1
    /// The weight of item-to-item co-occurrence beside the towers with the best NDCG@20, both standardised.
    private(set) var weight: Float = 0
    private(set) var ndcg = -1.0
    /// Temperatures that were tried.
    private(set) var trials = 0

    private static let temperatures: [Float] = [0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.4, 0.56]
    private static let weights: [Float] = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.7, 1]
    /// A training that needs more multiplications than this is tried with shorter vectors and fewer epochs.
    private static let affordable = 3e11
    private static let trialDimensions = 64
    private static let trialEpochs = 6
    /// Users who are asked, at most: enough to tell temperatures apart.
    private static let askedUsers = 10_000

    /// Climbs from two temperatures to the best one in between or beyond, a training for each.
    init(_ held: InteractionSplit, _ settings: GraphTowerSettings, _ progress: ProgressOutput) throws {
        let split = held.asking(atMost: Self.askedUsers, seed: settings.seed)
        guard split.test.contains(where: { !$0.isEmpty }) else { return }
        let graph = InteractionGraph(itemCount: split.itemCount, itemsByUser: split.train)
        var results: [Int: Double] = [:]
        func tryOut(_ place: Int) throws {
            guard Self.temperatures.indices.contains(place), results[place] == nil else { return }
            results[place] = try measure(Self.temperatures[place], split, graph, settings, progress)
        }
        try tryOut(2)
        try tryOut(4)
        while let best = results.max(by: { ($0.value, -$0.key) < ($1.value, -$1.key) })?.key {
            let tried = results.count
            try tryOut(best - 1)
            try tryOut(best + 1)
            if results.count == tried { break }
        }
        trials = results.count
    }

    private mutating func measure(
        _ temperature: Float, _ split: InteractionSplit, _ graph: InteractionGraph, _ settings: GraphTowerSettings,
        _ progress: ProgressOutput
    ) throws -> Double {
        var trial = settings
        trial.temperature = temperature
        let products = split.train.count * min(split.itemCount, settings.negatives) * settings.dimensions
        if Double(products) * Double(settings.epochs) > Self.affordable {
            trial.dimensions = min(Self.trialDimensions, settings.dimensions)
            trial.epochs = min(Self.trialEpochs, settings.epochs)
        }
        let towers = try GraphTowers.trained(graph, trial, "choice of τ, \(temperature)", progress)
        let qualities = FullRanking.measure(
            weights: Self.weights.map { [1, $0] },
            of: [GraphTowerScorer(towers, users: split.train), CooccurrenceScorer(graph: graph)], on: split,
            threads: settings.threads)
        for (weight, quality) in zip(Self.weights, qualities) where quality.ndcg > ndcg {
            self = TowerChoice(temperature: temperature, weight: weight, ndcg: quality.ndcg)
        }
        return qualities.map(\.ndcg).max() ?? 0
    }

    private init(temperature: Float, weight: Float, ndcg: Double) {
        self.temperature = temperature
        self.weight = weight
        self.ndcg = ndcg
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
