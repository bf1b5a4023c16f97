internal import EventLog

/// Work for the log's writer, in order.
enum LogJob: Sendable {
    typealias Completion = @Sendable (Result<[AppendOutcome], LogError>) -> Void

    /// Records to be stored together; several such jobs share a commit.
    case append([NewRecord], bytes: Int, Completion)
    /// Records to be stored in a commit of their own, outside the queue's bounds: whoever gives it waits for its end
    /// before giving the next.
    case bulk([NewRecord], Completion)
    /// Anything else, between commits.
    case task(@Sendable (LogWriter) -> Void)
}
