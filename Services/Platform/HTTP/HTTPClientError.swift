package import EventLoop

/// Why a request got no answer.
package enum HTTPClientError: Error, CustomStringConvertible, Equatable {
    case cannotConnect(UVError)
    /// No answer in the time allowed; the connection is closed, since a late answer would belong to nobody.
    case timedOut
    /// The server closed before a complete answer.
    case closed
    /// The connection broke.
    case broken(UVError)
    /// What came is not an HTTP answer.
    case malformed(String)

    package var description: String {
        switch self {
        case .cannotConnect(let error): "\(error). Is the server running, and on this port?"
        case .timedOut: "no answer in the time allowed"
        case .closed: "the server closed the connection before its answer was complete"
        case .broken(let error): "\(error)"
        case .malformed(let reason): "the answer is not HTTP: \(reason)"
        }
    }
}
