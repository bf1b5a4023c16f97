import Models

/// A training of a ``ModelTrainer`` at the end of an epoch, or of a phase, to be gone on with later.
///
/// It holds what was trained. What follows from that and the data alone, such as the rankers' lists, is made again.
public struct TrainingCheckpoint: Sendable, Equatable {
    /// A phase between two epochs.
    struct RunningPhase: Sendable, Equatable {
        var name: String
        var state: NetworkState
    }

    /// Of what it is a part.
    public let identity: TrainingIdentity
    /// How training went so far.
    let curve: [LearningCurves.Point]
    /// The phases that came to their ends, in order.
    let finished: [FinishedPhase]
    /// The one that had not; nil between two.
    let running: RunningPhase?

    /// Where it goes on, in words: `two-tower from epoch 3`, `after teacher`.
    public var place: String {
        if let running { return "\(running.name) from epoch \(running.state.epoch)" }
        return "after \(finished.last?.name ?? "nothing")"
    }
}
