import Domain
import Models
import Training

/// Trains the product's recall model and graph towers on one data set and measures both the same way, on the validation
/// part: of the product's split by the product's evaluator, or of train of a LightGCN split as that paper measures.
///
///     swift run -c release training-benchmark towers ../../shared/data/sequences/LastFM.txt seed=2 g.epochs=10
enum Towers {
    static func run(_ arguments: [String]) async throws {
        guard let path = arguments.first else {
            return print("usage: training-benchmark towers PATH [setting=value …], of graph towers g.setting=value")
        }
        let settings = TowerSettings(arguments.dropFirst())
        if let split = try DataSets.lightGCN(path) {
            try measureOrderless(split.holdingOut(share: 0.1, exponent: 0.25, seed: 1), settings)
        } else {
            try await measureProduct(DataSets.load(path), settings)
        }
    }

    private static func measureProduct(_ corpus: Corpus, _ settings: TowerSettings) async throws {
        let split = Split(of: corpus, options: SplitOptions(method: .last))
        let data = TrainingData(of: corpus, split: split)
        var recommenders: [any Recommender] = []
        if settings.trainsProduct {
            let model = try trained(data, settings.product)
            recommenders.append(TwoTowerRecommender(ServedCatalogue(bundle: bundle(model), items: corpus.items)))
        }
        if settings.trainsGraph {
            var lists = [[Int32]](repeating: [], count: corpus.users.count)
            for interaction in data.train where interaction.entry.weight > 0 {
                lists[Int(interaction.user)].append(Int32(interaction.entry.item))
            }
            let graph = InteractionGraph(itemCount: corpus.items.count, itemsByUser: lists)
            let towers = try trained(graph, settings.graph(users: corpus.users.count))
            for pooling in GraphTowerRecommender.Pooling.allCases {
                recommenders.append(GraphTowerRecommender(towers, isHidden: corpus.items.map(\.isHidden), pooling))
            }
        }
        let result = try await Evaluator(corpus: corpus, split: split, part: .validation).evaluate(recommenders)
        for model in result.models {
            print(
                model.name, "recall@20 \(four(model.recallAt20)) ± \(four(model.recallAt20StandardError))",
                "ndcg@20 \(four(model.ndcgAt20)) hr@10 \(four(model.hitRateAt10)) ndcg@10 \(four(model.ndcgAt10))",
                "coverage \(four(model.coverage))")
        }
    }

    private static func measureOrderless(_ split: InteractionSplit, _ settings: TowerSettings) throws {
        var scorers: [(String, any ItemScorer)] = []
        if settings.trainsProduct {
            let data = TrainingData(
                items: (0..<split.itemCount).map { Item(id: "\($0)") },
                userAttributes: [[String]](repeating: [], count: split.train.count),
                train: split.train.enumerated().flatMap { user, items in
                    items.map { item in
                        Interaction(
                            user: UInt32(user),
                            entry: HistoryEntry(item: ItemNumber(item), kind: .click, weight: 1, timestamp: 1))
                    }
                }, validation: [])
            let model = try trained(data, settings.product)
            scorers.append(
                ("two-tower", TwoTowerScorer(ServedCatalogue(bundle: bundle(model), items: data.items), split.train)))
        }
        if settings.trainsGraph {
            let graph = InteractionGraph(itemCount: split.itemCount, itemsByUser: split.train)
            let towers = try trained(graph, settings.graph(users: split.train.count))
            scorers.append(("graph", GraphTowerScorer(towers, users: split.train)))
        }
        let asked = split.asking(atMost: 10_000, seed: 1)
        for (name, scorer) in scorers {
            let quality = FullRanking.measure(
                weights: [[1]], of: [scorer], on: asked, threads: settings.product.threads)[0]
            print(name, "recall@20 \(four(quality.recall)) ndcg@20 \(four(quality.ndcg)) users \(quality.users)")
        }
    }

    private static func trained(_ data: TrainingData, _ settings: TwoTowerSettings) throws -> TwoTowerModel {
        let output = EpochOutput()
        return try TwoTowerTrainer(settings: settings).train(data) { output.show($0) }
    }

    private static func trained(_ graph: InteractionGraph, _ settings: GraphTowerSettings) throws -> GraphTowers {
        let output = EpochOutput()
        return try GraphTowerTrainer(graph: graph, settings: settings).train { output.show($0, as: "graph") }
    }

    private static func bundle(_ model: TwoTowerModel) -> ModelBundle {
        ModelBundle(
            version: "", twoTower: model, ranker: nil,
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
    }
}
