import CommandLine
import Training

/// `cascade evaluate --benchmark lightgcn`: trains on a split of the LightGCN form and measures as that paper does.
enum GraphBenchmark {
    /// Share of each user's items that settings are chosen by, and how far it leans towards popular items: test parts are
    /// more popular than train is, and a random part misjudges what popularity is worth.
    private static let heldOut = 0.1
    private static let heldOutExponent: Float = 0.5
    /// Epochs of the trainings that settings are chosen by.
    private static let trialEpochs = 8
    private static let temperatures: [Float] = [0.07, 0.1, 0.15]
    private static let weights: [Float] = [0, 0.05, 0.1, 0.2, 0.4]

    private struct Choice {
        var temperature: Float
        var weight: Float
        var ndcg: Double
    }

    static func run(folder: String, options: BenchmarkOptions) throws -> BenchmarkReport {
        let files = try InteractionFiles(folder: folder)
        let split = files.split
        let started = ContinuousClock.now
        var settings = GraphTowerSettings()
        settings.threads = options.threads
        settings.seed = options.seed
        let choice = try choose(
            split.holdingOut(share: heldOut, exponent: heldOutExponent, seed: options.seed), settings, options.progress)
        settings.temperature = choice.temperature
        let graph = InteractionGraph(itemCount: split.itemCount, itemsByUser: split.train)
        let towers = try train(graph, settings, "two-tower", options.progress)
        let seconds = Double((ContinuousClock.now - started) / Duration.seconds(1))
        let qualities = FullRanking.measure(
            weights: [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, choice.weight, 1]],
            of: [
                PopularityScorer(graph: graph), CooccurrenceScorer(graph: graph),
                GraphTowerScorer(towers, users: split.train),
            ], on: split, threads: options.threads)
        let models = zip(["popularity", "item-to-item", "two-tower", "cascade"], qualities).map { name, quality in
            BenchmarkReport.Model(
                name: name,
                figures: [
                    BenchmarkReport.Figure("recall@20", quality.recall),
                    BenchmarkReport.Figure("ndcg@20", quality.ndcg),
                ])
        }
        return BenchmarkReport(
            benchmark: .lightgcn, protocol: text(files, graph, settings, choice), trainingSeconds: seconds,
            threads: options.threads, models: models)
    }

    /// The temperature and the weight of item-to-item co-occurrence with the best NDCG@20 on the held-out part.
    private static func choose(
        _ split: InteractionSplit, _ settings: GraphTowerSettings, _ progress: ProgressOutput
    ) throws -> Choice {
        let graph = InteractionGraph(itemCount: split.itemCount, itemsByUser: split.train)
        var best = Choice(temperature: settings.temperature, weight: 0, ndcg: -1)
        guard split.test.contains(where: { !$0.isEmpty }) else { return best }
        for temperature in temperatures {
            var trial = settings
            trial.temperature = temperature
            trial.epochs = min(trialEpochs, settings.epochs)
            let towers = try train(graph, trial, "choice of τ = \(temperature)", progress)
            let qualities = FullRanking.measure(
                weights: weights.map { [1, $0] },
                of: [GraphTowerScorer(towers, users: split.train), CooccurrenceScorer(graph: graph)], on: split,
                threads: settings.threads)
            for (weight, quality) in zip(weights, qualities) where quality.ndcg > best.ndcg {
                best = Choice(temperature: temperature, weight: weight, ndcg: quality.ndcg)
            }
        }
        return best
    }

    private static func train(
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

    private static func text(
        _ files: InteractionFiles, _ graph: InteractionGraph, _ settings: GraphTowerSettings, _ choice: Choice
    ) -> String {
        let test = files.split.test
        let text =
            "full ranking of \(Format.grouped(files.split.itemCount)) items without the user's training items, "
            + "averages over \(Format.grouped(test.count { !$0.isEmpty })) users; "
            + "\(Format.grouped(graph.edgeCount)) training and "
            + "\(Format.grouped(test.reduce(0) { $0 + $1.count })) test interactions; "
            + "\(settings.dimensions) dimensions, \(settings.epochs) epochs; temperature \(settings.temperature) and weight "
            + "\(choice.weight) of item-to-item co-occurrence in the cascade chosen by NDCG@20 on \(Int(heldOut * 100)) % "
            + "of train, drawn by degree^\(heldOutExponent), never on the test part"
        return ([text] + files.remarks).joined(separator: "; ")
    }
}
