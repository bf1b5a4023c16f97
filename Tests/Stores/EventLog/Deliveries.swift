import EventLog
import Synchronization

/// What a consumer was given.
final class Deliveries: Sendable {
    private struct State {
        var records: [LogRecord] = []
        var isBusy = false
        var faults: [String] = []
    }

    private let state = Mutex(State())

    var records: [LogRecord] { state.withLock { $0.records } }

    /// Deliveries that overlapped or held several lanes.
    var faults: [String] { state.withLock { $0.faults } }

    func add(_ records: [LogRecord], of log: any EventLog) {
        state.withLock { state in
            if state.isBusy { state.faults.append("deliveries overlap") }
            state.isBusy = true
        }
        let lanes = Set(records.map { log.lane(of: $0.partition) })
        state.withLock { state in
            if lanes.count != 1 { state.faults.append("a delivery of the lanes \(lanes.sorted())") }
            state.records += records
            state.isBusy = false
        }
    }

    /// The records of a lane, in the order in which they came.
    func records(lane: Int, of log: any EventLog) -> [LogRecord] {
        records.filter { log.lane(of: $0.partition) == lane }
    }
}
