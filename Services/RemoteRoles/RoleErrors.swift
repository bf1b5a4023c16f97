import Contracts
import Deadline
import EventLog
import Messages
import RPC

extension RPCError {
    /// What a caller elsewhere is told of a role's error: nothing of a user or an item.
    init(answering error: any Error) {
        switch error {
        case let error as RPCError: self = error
        case is DeadlineExceeded: self.init(.deadlineExceeded, "\(error)")
        case let error as MessageError:
            self.init(error.code == .tooLarge ? .tooLarge : .malformed, error.description)
        case let error as ServiceUnavailable: self.init(.refused, error.description)
        case let error as LogError: self.init(.refused, error.message)
        case let error as RecordError: self.init(.malformed, error.message)
        default: self.init(.refused, "the role failed with an error of type \(type(of: error))")
        }
    }

    /// The error that the role itself would have thrown, where there is one. Everything that another attempt may mend is
    /// a ``ServiceUnavailable``.
    var asRoleError: any Error {
        switch code {
        case .deadlineExceeded: DeadlineExceeded()
        case .unavailable, .overloaded, .refused, .handshake: ServiceUnavailable(message)
        case .malformed, .unknownMethod, .tooLarge: self
        }
    }
}
