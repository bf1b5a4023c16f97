import Contracts
import Deadline
import RPC

/// A stage that did not answer, and why.
struct StageFailure {
    enum Cause: Int, CaseIterable {
        /// No answer in time.
        case timeout
        /// Nobody to ask.
        case unavailable
        /// The role said that it cannot answer now.
        case refused
        /// Anything else: a mistake of somebody's.
        case error

        var name: String { "\(self)" }
    }

    let stage: Stage
    let error: any Error

    var cause: Cause {
        switch error {
        case is DeadlineExceeded: .timeout
        case is ServiceUnavailable: .refused
        case let error as RPCError:
            switch error.code {
            case .deadlineExceeded: .timeout
            case .unavailable: .unavailable
            case .overloaded, .refused: .refused
            default: .error
            }
        default: .error
        }
    }
}
