internal import EventLog
internal import Threads

/// What waits for the writer: bounded in records and bytes.
final class LogQueue: Sendable {
    private struct State {
        var jobs: [LogJob] = []
        var records = 0
        var bytes = 0
        var isClosed = false
    }

    private let state = Monitor(State())
    private let maximumRecords: Int
    private let maximumBytes: Int

    init(maximumRecords: Int, maximumBytes: Int) {
        self.maximumRecords = maximumRecords
        self.maximumBytes = maximumBytes
    }

    static let closed = LogError(.closed, "The log is closed.")

    /// Adds a job. An append is refused as `overloaded` when others wait and it does not fit beside them.
    func submit(_ job: LogJob) throws(LogError) {
        try state.update { (state) throws(LogError) in
            guard !state.isClosed else { throw Self.closed }
            if case .append(let records, let bytes, _) = job {
                guard
                    state.records == 0
                        || state.records + records.count <= maximumRecords && state.bytes + bytes <= maximumBytes
                else {
                    throw LogError(
                        .overloaded,
                        "\(state.records) records wait to be stored, no more are taken: try again in a second.")
                }
                state.records += records.count
                state.bytes += bytes
            }
            state.jobs.append(job)
        }
    }

    /// Everything that waits, in order; waits for something. Empty when the queue is closed and nothing is left.
    ///
    /// What is taken still counts against the bounds until ``finish(records:bytes:)``.
    func takeAll() -> [LogJob] {
        state.wait { state in
            guard !state.jobs.isEmpty || state.isClosed else { return nil }
            var jobs: [LogJob] = []
            swap(&jobs, &state.jobs)
            return jobs
        }
    }

    /// Makes the room of appends that are stored free again.
    func finish(records: Int, bytes: Int) {
        state.update { state in
            state.records -= records
            state.bytes -= bytes
        }
    }

    /// Refuses further jobs.
    func close() {
        state.update { $0.isClosed = true }
    }
}
