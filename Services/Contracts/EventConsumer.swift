package import EventLog

/// One who folds all events of the log into a state that it checkpoints together with its position.
package protocol EventConsumer: Sendable {
    /// The place of the last record that is in the state.
    var eventPosition: LogPosition { get }
    /// Takes a batch in. Events up to ``eventPosition`` are in the state already and are passed over. Calls do not overlap.
    func consume(_ batch: EventBatch)
}
