import Domain
import Models
import Testing

@testable import Training

/// Phases of graph towers that validation judges in a known way, interrupted after each epoch.
@Suite struct GraphTowerRunTests {
    /// Keeps every checkpoint.
    private final class Keeper: CheckpointKeeper {
        var kept: [TrainingCheckpoint] = []
        let isDue = true
        func keep(_ checkpoint: TrainingCheckpoint) { kept.append(checkpoint) }
    }

    /// Thirty users with four of twelve items each.
    private let graph: InteractionGraph = {
        let lists: [[Int32]] = (0..<30 as Range<Int32>).map { user in
            let stride = 1 + user % 3
            return [0, 1, 2, 3].map { (user * 5 + $0 * stride) % 12 }
        }
        return InteractionGraph(itemCount: 12, itemsByUser: lists)
    }()
    private let data = TrainingData(items: [], userAttributes: [], train: [], validation: [])

    /// - Parameter figures: what validation says of the epochs; nil for no cases.
    private func run(
        _ phase: String, _ figures: [Double]?, from start: GraphTowerRun.Outcome? = nil,
        after checkpoint: TrainingCheckpoint? = nil, keeping keeper: Keeper? = nil
    ) throws -> GraphTowerRun.Outcome {
        var settings = GraphTowerSettings()
        (settings.dimensions, settings.batch, settings.negatives, settings.threads) = (4, 8, 6, 1)
        settings.epochs = 4
        var epoch = checkpoint?.running?.state.epoch ?? 0
        var run = GraphTowerRun(phase: phase, graph: graph, settings: settings, start: start) { _ in
            epoch += 1
            return figures.map { ["ndcg@20": $0[epoch - 1]] } ?? [:]
        }
        let course = try TrainingCourse(of: data, ModelTrainerSettings(), resuming: checkpoint, keeper: keeper)
        return try run.execute(on: course) { _ in true }
    }

    private func expectSame(_ a: GraphTowerRun.Outcome, _ b: GraphTowerRun.Outcome) {
        #expect(a.parameters.map(\.bitPattern) == b.parameters.map(\.bitPattern))
        #expect(a.towers.vectors == b.towers.vectors && a.towers.history == b.towers.history)
        #expect(a.epoch == b.epoch && a.figure == b.figure && a.itemFactors == b.itemFactors)
    }

    /// The best of an earlier epoch is kept over an interruption, without cases the last one.
    @Test(arguments: [([0.3, 0.5, 0.4, 0.1], 2), ([0.3, 0.2, 0.4, 0.4], 3), (nil, 4)] as [([Double]?, Int)])
    func theBestIsKeptWhereverItIsInterrupted(_ figures: [Double]?, best: Int) throws {
        let keeper = Keeper()
        let whole = try run("two-tower", figures, keeping: keeper)
        #expect(whole.epoch == best && whole.figure == figures?[best - 1])
        #expect(keeper.kept.count == 5)
        for checkpoint in keeper.kept {
            let bytes = checkpoint.encoded()
            expectSame(try run("two-tower", figures, after: try TrainingCheckpoint(decoding: bytes)), whole)
        }
    }

    /// A phase that makes nothing better ends where it began, also when it is interrupted.
    @Test func theStartIsKeptIfNothingIsBetter() throws {
        let start = try run("two-tower", [0.3, 0.5, 0.4, 0.1])
        let (worse, keeper) = ([0.4, 0.2, 0.5, 0.1], Keeper())
        expectSame(try run("refresh", worse, from: start, keeping: keeper), start)
        for checkpoint in keeper.kept {
            expectSame(try run("refresh", worse, from: start, after: checkpoint), start)
        }
        let better = [0.4, 0.6, 0.5, 0.1]
        let refreshed = try run("refresh", better, from: start, keeping: keeper)
        #expect(refreshed.epoch == 2 && refreshed.parameters != start.parameters)
        for checkpoint in keeper.kept.dropFirst(5) {
            expectSame(try run("refresh", better, from: start, after: checkpoint), refreshed)
        }
    }
}
