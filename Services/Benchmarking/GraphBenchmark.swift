import CommandLine
import Training

/// `cascade evaluate --benchmark lightgcn`: trains on a split of the LightGCN form and measures as that paper does.
enum GraphBenchmark {
    /// Share of each user's items that settings are chosen by, and how far it leans towards popular items: test parts are
    /// more popular than train is, and a random part misjudges what popularity is worth.
    private static let heldOut = 0.1
    private static let heldOutExponent: Float = 0.25

    static func run(folder: String, options: BenchmarkOptions) throws -> BenchmarkReport {
        let files = try InteractionFiles(folder: folder)
        let split = files.split
        let started = ContinuousClock.now
        var settings = GraphTowerSettings(users: split.train.count)
        settings.threads = options.threads
        settings.seed = options.seed
        let choice = try TowerChoice(
            split.holdingOut(share: heldOut, exponent: heldOutExponent, seed: options.seed), settings, options.progress)
        settings.temperature = choice.temperature
        let graph = InteractionGraph(itemCount: split.itemCount, itemsByUser: split.train)
        let towers = try GraphTowers.trained(graph, settings, "two-tower", options.progress)
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

    private static func text(
        _ files: InteractionFiles, _ graph: InteractionGraph, _ settings: GraphTowerSettings, _ choice: TowerChoice
    ) -> String {
        let test = files.split.test
        let text =
            "full ranking of \(Format.grouped(files.split.itemCount)) items without the user's training items, "
            + "averages over \(Format.grouped(test.count { !$0.isEmpty })) users; "
            + "\(Format.grouped(graph.edgeCount)) training and "
            + "\(Format.grouped(test.reduce(0) { $0 + $1.count })) test interactions; "
            + "\(settings.dimensions) dimensions, \(settings.epochs) epochs; temperature \(settings.temperature) "
            + "(of \(choice.trials)) and weight \(choice.weight) of item-to-item co-occurrence in the cascade chosen by "
            + "NDCG@20 on \(Int(heldOut * 100)) % of train, drawn by degree^\(heldOutExponent), never on the test part"
        return ([text] + files.remarks).joined(separator: "; ")
    }
}
