import Foundation
import Training

/// Trains graph towers on a split of the LightGCN form and prints figures: on a held-out part of train by default.
///
///     swift run -c release training-benchmark lightgcn ../../shared/data/lightgcn-gowalla epochs=8 shift=0.5
enum LightGCN {
    static func run(_ arguments: [String]) throws {
        guard let path = arguments.first else {
            return print("usage: training-benchmark lightgcn DIR [setting=value …]")
        }
        var settings = GraphTowerSettings()
        var (share, shift, test) = (0.1, Float(0.5), false)
        for argument in arguments.dropFirst() {
            let fields = argument.split(separator: "=")
            guard fields.count == 2, let value = Double(fields[1]) else { continue }
            switch fields[0] {
            case "share": share = value
            case "shift": shift = Float(value)
            case "test": test = value != 0
            default: apply(String(fields[0]), value, to: &settings)
            }
        }
        guard let whole = try DataSets.lightGCN(path) else { return print("no train.txt and test.txt in \(path)") }
        let split = test ? whole : whole.holdingOut(share: share, exponent: shift, seed: 1)
        let graph = InteractionGraph(itemCount: whole.itemCount, itemsByUser: split.train)
        func meanPopularity(_ lists: [[Int32]]) -> Double {
            let all = lists.joined()
            return all.reduce(0.0) { $0 + Double(graph.degree(ofItem: Int($1))) } / Double(max(1, all.count))
        }
        print(
            "\(whole.train.count) users, \(whole.itemCount) items, \(graph.edgeCount) edges; mean popularity train \(meanPopularity(split.train)) "
                + "held out \(meanPopularity(split.test))")
        let started = ContinuousClock.now
        let towers = try GraphTowerTrainer(graph: graph, settings: settings).train { progress in
            if progress.epoch == 1 || progress.epoch % 5 == 0 {
                print("epoch \(progress.epoch) loss \(progress.loss) \(ContinuousClock.now - started)")
            }
            return true
        }
        print("trained in \(ContinuousClock.now - started)")
        let scorer = GraphTowerScorer(towers, users: split.train)
        let cooccurrence = CooccurrenceScorer(graph: graph)
        let weights: [[Float]] = [[1, 0], [0, 1]] + [0.05, 0.1, 0.15, 0.2, 0.3, 0.4].map { [1, $0] }
        let qualities = FullRanking.measure(
            weights: weights, of: [scorer, cooccurrence], on: split, threads: settings.threads)
        for (weights, quality) in zip(weights, qualities) { show("\(weights)", quality) }
    }

    private static func show(_ name: String, _ quality: FullRanking.Quality) {
        print("\(name): recall@20 \(quality.recall) ndcg@20 \(quality.ndcg) users \(quality.users)")
    }

    static func apply(_ name: String, _ value: Double, to settings: inout GraphTowerSettings) {
        switch name {
        case "dimensions": settings.dimensions = Int(value)
        case "temperature": settings.temperature = Float(value)
        case "epochs": settings.epochs = Int(value)
        case "rate": settings.learningRate = Float(value)
        case "batch": settings.batch = Int(value)
        case "negatives": settings.negatives = Int(value)
        case "exponent": settings.userExponent = Float(value)
        case "popularity": settings.popularity = Float(value)
        case "spread": settings.initialSpread = Float(value)
        case "threads": settings.threads = Int(value)
        case "seed": settings.seed = UInt64(value)
        default: print("no setting \(name)")
        }
    }
}
