internal import EventLog
internal import Threads

/// Whether Kafka answers, as far as the log knows.
final class KafkaHealth: Sendable {
    enum Suspicion {
        /// No broker is connected.
        case disconnected
        /// Records were not acknowledged in time.
        case silent
        /// The connection that appends cannot go on.
        case producerFailed

        /// How long a check may take before Kafka counts as down.
        var patience: Duration { self == .disconnected ? .milliseconds(50) : .seconds(1) }
    }

    enum Work {
        case check(Suspicion)
        case nothing
        case end
    }

    private struct State {
        var suspicion: Suspicion?
        var isDown = false
        var isEnded = false
    }

    private let state = Monitor(State())

    /// Whether calls need not be tried.
    var isDown: Bool { state.update { $0.isDown } }

    /// Asks for a check.
    func suspect(_ suspicion: Suspicion) {
        state.update { state in
            if state.suspicion != .producerFailed { state.suspicion = suspicion }
        }
    }

    /// Waits for something to check, for a second at most.
    func next() -> Work {
        state.wait(atMost: .seconds(1)) { state in
            if state.isEnded { return .end }
            guard let suspicion = state.suspicion else { return nil }
            state.suspicion = nil
            return .check(suspicion)
        } ?? .nothing
    }

    /// Whether a check should stop. Waits for that, or for a time.
    func isEnded(within time: Duration) -> Bool {
        state.wait(atMost: time) { $0.isEnded ? true : nil } ?? false
    }

    /// - Returns: whether it was otherwise before.
    func set(isDown: Bool) -> Bool {
        state.update { state in
            defer { state.isDown = isDown }
            return state.isDown != isDown
        }
    }

    func end() { state.update { $0.isEnded = true } }

    /// - Throws: `unavailable` when Kafka is known not to answer.
    func check() throws(LogError) {
        if isDown { throw .kafkaIsDown }
    }
}
