package import EventLog
import Threads

/// How far a consumer has come in each lane of a topic, for others to wait for.
package final class PositionGate: Sendable {
    private struct State {
        var reached = LogPositions()
        var isClosed = false
    }

    private let state = Monitor(State())

    package init() {}

    /// The places that have been reached.
    package var positions: LogPositions { state.update { $0.reached } }

    /// Tells that the consumer has come so far; places behind those that were told before change nothing.
    package func advance(to positions: LogPositions) {
        state.update { state in
            for lane in positions.lanes { state.reached[lane] = max(state.reached[lane], positions[lane]) }
        }
    }

    /// Blocks until the consumer has come to places, for some milliseconds at most.
    /// - Returns: whether it has.
    @discardableResult
    package func wait(for positions: LogPositions, milliseconds: Int) -> Bool {
        state.wait(atMost: .milliseconds(milliseconds)) { state in
            if positions.lanes.allSatisfy({ state.reached[$0] >= positions[$0] }) { return true }
            return state.isClosed ? false : nil
        } ?? false
    }

    /// Lets all who wait go: the consumer comes no further.
    package func close() {
        state.update { $0.isClosed = true }
    }
}
