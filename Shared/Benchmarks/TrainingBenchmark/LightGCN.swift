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
            case "share": share = value
            case "shift": shift = Float(value)
            case "test": test = value != 0
            default: print("no setting \(fields[0])")
            }
        }
        let train = try read(path + "/train.txt"), testPart = try read(path + "/test.txt")
        let users = max(train.count, testPart.count)
        func padded(_ lists: [[Int32]]) -> [[Int32]] { lists + Array(repeating: [], count: users - lists.count) }
        let items = Int((train + testPart).joined().max() ?? -1) + 1
        let whole = InteractionSplit(itemCount: items, train: padded(train), test: padded(testPart))
        let split = test ? whole : whole.holdingOut(share: share, exponent: shift, seed: 1)
        let graph = InteractionGraph(itemCount: items, itemsByUser: split.train)
        func meanPopularity(_ lists: [[Int32]]) -> Double {
            let all = lists.joined()
            return all.reduce(0.0) { $0 + Double(graph.degree(ofItem: Int($1))) } / Double(max(1, all.count))
        }
        print(
            "\(users) users, \(items) items, \(graph.edgeCount) edges; mean popularity train \(meanPopularity(split.train)) "
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

    private static func read(_ path: String) throws -> [[Int32]] {
        var lists: [[Int32]] = []
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            let fields = line.split(separator: " ").compactMap { Int32($0) }
            guard let user = fields.first else { continue }
            while lists.count <= Int(user) { lists.append([]) }
            lists[Int(user)] = Array(fields.dropFirst())
        }
        return lists
    }
}
