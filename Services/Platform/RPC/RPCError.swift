/// Why a call has no answer.
package struct RPCError: Error, Equatable, CustomStringConvertible {
    package enum Code: UInt8, Sendable, CaseIterable {
        /// Nobody could be reached: no connection, or all of them ended before the answer came.
        case unavailable = 1
        case deadlineExceeded = 2
        /// The peer does not know the method.
        case unknownMethod = 3
        /// The peer could not read the call's body, or this side the answer's.
        case malformed = 4
        /// A body is longer than the limit.
        case tooLarge = 5
        /// The peer takes no more calls at the moment.
        case overloaded = 6
        /// The role itself cannot answer now, for the reason that the message gives.
        case refused = 7
        /// The handshake failed: another version, or a wrong key.
        case handshake = 8

        /// As metrics name it.
        package var label: String {
            switch self {
            case .unavailable: "unavailable"
            case .deadlineExceeded: "deadline-exceeded"
            case .unknownMethod: "unknown-method"
            case .malformed: "malformed"
            case .tooLarge: "too-large"
            case .overloaded: "overloaded"
            case .refused: "refused"
            case .handshake: "handshake"
            }
        }
    }

    package let code: Code
    /// Cause and remedy; never a user's data.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
