internal import EventLog
internal import Synchronization

/// The bounds of what waits for acknowledgement.
final class AppendQueue: Sendable {
    private struct State {
        var records = 0
        var bytes = 0
    }

    private let state = Mutex(State())
    private let maximumRecords: Int
    private let maximumBytes: Int

    init(_ configuration: KafkaLogConfiguration) {
        maximumRecords = configuration.maximumQueuedRecords
        maximumBytes = configuration.maximumQueuedBytes
    }

    /// How many wait.
    var records: Int { state.withLock { $0.records } }

    /// Takes room. - Throws: `overloaded` when others wait and there is none beside them.
    func enter(records: Int, bytes: Int) throws(LogError) {
        try state.withLock { (state) throws(LogError) in
            guard
                state.records == 0
                    || state.records + records <= maximumRecords && state.bytes + bytes <= maximumBytes
            else {
                throw LogError(
                    .overloaded, "\(state.records) records wait for Kafka, no more are taken: try again in a second.")
            }
            state.records += records
            state.bytes += bytes
        }
    }

    /// Takes room whether or not there is any: for a caller that waits before it comes again.
    func enterAnyway(records: Int, bytes: Int) {
        state.withLock { state in
            state.records += records
            state.bytes += bytes
        }
    }

    func leave(records: Int, bytes: Int) {
        state.withLock { state in
            state.records -= records
            state.bytes -= bytes
        }
    }
}
