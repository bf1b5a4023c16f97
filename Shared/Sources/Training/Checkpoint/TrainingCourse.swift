import Models

/// A training on its way from phase to phase: what is done, what is kept of it, and what an interrupted one left.
///
/// Each phase that trains a network asks first whether it came to its end before (``finished(_:parameters:)``), then from
/// where it goes on (``state(of:parameters:)``), and says when an epoch and when it itself has ended.
final class TrainingCourse {
    private let data: TrainingData
    private let settings: ModelTrainerSettings
    /// O(data): made when it is first needed.
    private lazy var identity = TrainingIdentity(data, settings)
    private let keeper: (any CheckpointKeeper)?
    /// How training went so far.
    private(set) var curve: [LearningCurves.Point]
    private var finished: [FinishedPhase]
    private let running: TrainingCheckpoint.RunningPhase?

    /// - Throws: what a training says that cannot go on from a checkpoint.
    init(
        of data: TrainingData, _ settings: ModelTrainerSettings, resuming checkpoint: TrainingCheckpoint? = nil,
        keeper: (any CheckpointKeeper)? = nil
    ) throws(TrainingError) {
        (self.data, self.settings, self.keeper) = (data, settings, keeper)
        (curve, finished, running) = (checkpoint?.curve ?? [], checkpoint?.finished ?? [], checkpoint?.running)
        if let checkpoint, checkpoint.identity != identity { throw Self.foreign }
    }

    /// Takes down how training goes.
    func note(_ report: TrainingProgress) {
        if let point = report.point { curve.append(point) }
    }

    /// What a phase of so many parameters ended with before; nil when it did not.
    func finished(_ phase: String, parameters: Int) throws(TrainingError) -> FinishedPhase? {
        guard let result = finished.first(where: { $0.name == phase }) else { return nil }
        guard result.parameters.count == parameters else { throw Self.foreign }
        return result
    }

    /// Where a phase of so many parameters goes on; nil for its beginning.
    func state(of phase: String, parameters: Int) throws(TrainingError) -> NetworkState? {
        guard let running, running.name == phase else { return nil }
        guard running.state.tensors.allSatisfy({ $0.count == parameters }) else { throw Self.foreign }
        return running.state
    }

    /// Keeps a checkpoint of a phase at the end of an epoch, if one is due.
    func endEpoch(of phase: String, _ state: () -> NetworkState) {
        guard let keeper, keeper.isDue else { return }
        keep(TrainingCheckpoint.RunningPhase(name: phase, state: state()), with: keeper)
    }

    /// Takes down what a phase ended with, and keeps a checkpoint, if one is due.
    func finish(_ phase: @autoclosure () -> FinishedPhase) {
        guard let keeper else { return }
        finished.append(phase())
        if keeper.isDue { keep(nil, with: keeper) }
    }

    private func keep(_ running: TrainingCheckpoint.RunningPhase?, with keeper: any CheckpointKeeper) {
        keeper.keep(TrainingCheckpoint(identity: identity, curve: curve, finished: finished, running: running))
    }

    private static let foreign = TrainingError(
        .foreignCheckpoint, "the checkpoint is of other data or settings: train anew")
}
