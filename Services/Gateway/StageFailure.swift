import Contracts
import Deadline
import RPC

/// A stage that did not answer, and why.
struct StageFailure {
    enum Cause: Int, CaseIterable {
        /// No answer in time.
        case timeout
        /// Nobody to ask, or the role said that it cannot answer now.
        case unavailable
        /// Anything else: a mistake of somebody's.
        case error

        var name: String { "\(self)" }
    }

    let stage: Stage
    let error: any Error

    var cause: Cause {
        switch error {
        case is DeadlineExceeded: .timeout
        case is ServiceUnavailable: .unavailable
        case let error as RPCError:
            switch error.code {
            case .deadlineExceeded: .timeout
            case .unavailable, .overloaded, .refused: .unavailable
            default: .error
            }
        default: .error
        }
    }
}
