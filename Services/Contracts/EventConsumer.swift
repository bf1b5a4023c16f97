package import EventLog

/// One who folds all events of the log into a state that it checkpoints together with its position.
package protocol EventConsumer: Sendable {
    /// The place of the last record of a lane that is in the state.
    func eventPosition(lane: Int) -> LogPosition
    /// Where reading a lane has to begin for this consumer: before ``eventPosition(lane:)`` for one who has to see again,
    /// without applying them, records whose ids it must know.
    func replayPosition(lane: Int) -> LogPosition
    /// Takes a batch in. Events up to ``eventPosition(lane:)`` are in the state already and are passed over. Calls do not overlap.
    func consume(_ batch: EventBatch)
}

extension EventConsumer {
    /// For consumers that need nothing of what they have applied.
    package func replayPosition(lane: Int) -> LogPosition { eventPosition(lane: lane) }
}
