/// Why a request counts as an error.
package enum FailureKind: String, Sendable, CaseIterable {
    /// The server answered with a status of 400 or more.
    case status

    /// No connection could be made.
    case connect

    /// The connection broke before the answer was complete.
    case disconnect

    /// What came back is not HTTP.
    case malformed

    /// No answer in time, counted from when the request was due; it may never have been sent, all connections being busy.
    case timeout
}
