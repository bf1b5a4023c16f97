/// Keeps checkpoints of a training where an interruption cannot reach them.
public protocol CheckpointKeeper: AnyObject {
    /// Whether one is wanted now, at the end of an epoch or a phase: making it costs a copy of four times the parameters.
    var isDue: Bool { get }
    /// Keeps a checkpoint in the place of those before it. That it cannot be kept is no reason to end the training.
    func keep(_ checkpoint: TrainingCheckpoint)
}
