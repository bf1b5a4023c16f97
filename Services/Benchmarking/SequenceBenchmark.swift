import CommandLine
import Training

/// `cascade evaluate --benchmark sequences`: each user's last item, all items ranked, settings and re-ranker from the item
/// before it.
enum SequenceBenchmark {
    private static let names = ["popularity", "item-knn", "two-tower", "cascade"]
    /// Of the towers, which are one source among others here.
    private static let (dimensions, epochs) = (128, 20)

    static func run(file: String, options: BenchmarkOptions) throws -> BenchmarkReport {
        let lists = try IDLists(path: file)
        let numbering = Numbering(lists.items.joined())
        let all = lists.items.map { items in items.compactMap { numbering[$0] } }
        let sequences = all.filter { $0.count > 1 }
        guard !sequences.isEmpty else {
            throw BenchmarkError(
                .invalidData, "\(lists.path) has no user with two items: there is nothing to learn from and to find")
        }
        let started = ContinuousClock.now
        // Who has two items alone helps to learn, but not to choose.
        let earlier = sequences.map { Array($0.dropLast(min(2, $0.count - 1))) }
        let before = sequences.map { $0.count > 2 ? $0[$0.count - 2] : nil }
        let repeats = SequenceSources.hasRepeats(earlier)
        var settings = GraphTowerSettings(users: sequences.count)
        settings.dimensions = dimensions
        settings.epochs = epochs
        settings.threads = options.threads
        settings.seed = options.seed
        let held = InteractionSplit(
            itemCount: numbering.count, train: earlier,
            test: zip(earlier, before).map { history, next in
                next.map { history.contains($0) ? [] : [$0] } ?? []
            })
        let choice = try TowerChoice(held, settings, options.progress)
        settings.temperature = choice.temperature
        func ranking(_ histories: [[Int32]], _ label: String) throws -> NextItemRanking {
            let graph = InteractionGraph(itemCount: numbering.count, itemsByUser: histories)
            let towers = try GraphTowers.trained(graph, settings, label, options.progress)
            return NextItemRanking(
                SequenceSources(
                    histories: histories, itemCount: numbering.count, towers: towers, allowsRepeats: repeats),
                threads: options.threads)
        }
        let ranker = try ranking(earlier, "two-tower without two items").learn(before, seed: options.seed)
        let final = try ranking(sequences.map { Array($0.dropLast()) }, "two-tower")
        let seconds = Double((ContinuousClock.now - started) / Duration.seconds(1))
        let models = zip(names, final.measure(ranker, on: sequences.map(\.last))).map { name, quality in
            BenchmarkReport.Model(
                name: name,
                figures: [
                    BenchmarkReport.Figure("hr@10", quality.hitRate), BenchmarkReport.Figure("ndcg@10", quality.ndcg),
                ])
        }
        var text =
            "last item of \(Format.grouped(sequences.count)) users, full ranking of \(Format.grouped(numbering.count)) "
            + "items, the user's own \(repeats ? "among" : "left out of") them because train \(repeats ? "has" : "has no") "
            + "repeats; \(settings.dimensions) dimensions, \(settings.epochs) epochs; temperature \(settings.temperature) "
            + "(of \(choice.trials)) and re-ranker chosen and learnt on the item before the last, with sources that had "
            + "seen neither"
        if all.count > sequences.count {
            text += "; \(all.count - sequences.count) users have fewer than two items: they are left out"
        }
        if let remark = lists.remark { text += "; \(remark)" }
        return BenchmarkReport(
            benchmark: .sequences, protocol: text, trainingSeconds: seconds, threads: options.threads, models: models)
    }
}
