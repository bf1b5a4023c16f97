import Contracts
import Deadline
import EventLog
import JSON
import RPC

extension RequestError {
    /// What a caller is told of an error from further inside: the cause and the remedy where it is theirs, no more where
    /// it is ours.
    init(wrapping error: any Error) {
        switch error {
        case let error as RequestError: self = error
        case let error as RecordError: self.init(record: error)
        case let error as JSONError: self.init(kind: "invalid-json", detail: "\(error)")
        case let error as LogError: self.init(log: error)
        case is ServiceUnavailable, is DeadlineExceeded: self = .unavailable
        case let error as RPCError: self.init(call: error)
        default:
            self.init(status: 500, kind: "internal", detail: "The request failed inside; the server's log says why.")
        }
    }

    init(record error: RecordError) {
        self.init(kind: error.code.rawValue, detail: error.message)
    }

    private init(call error: RPCError) {
        switch error.code {
        case .unavailable, .deadlineExceeded, .overloaded, .refused, .handshake: self = .unavailable
        default:
            self.init(status: 500, kind: "internal", detail: "The request failed inside; the server's log says why.")
        }
    }

    /// Who would have to answer is away.
    static let unavailable = RequestError(
        status: 503, kind: "unavailable", detail: "The service that this asks for does not answer now; try again.",
        retryAfter: 1)

    private init(log error: LogError) {
        switch error.code {
        case .overloaded:
            self.init(status: 503, kind: "overloaded", detail: "Too much is being written; try again.", retryAfter: 1)
        case .invalidRecord:
            self.init(kind: "invalid-record", detail: error.message)
        case .diskFull:
            self.init(
                status: 507, kind: "disk-full", detail: "The server has no room left; nothing was stored.",
                retryAfter: 60)
        default:
            self.init(
                status: 503, kind: "log-unavailable", detail: "The event log cannot be written now.", retryAfter: 5)
        }
    }
}
