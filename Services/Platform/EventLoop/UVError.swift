import CUV

/// A libuv call that failed: which one, and what the system says.
package struct UVError: Error, CustomStringConvertible, Equatable {
    /// The negative errno as libuv gives it, `UV_ECONNRESET` for instance.
    package let code: Int32
    /// What was being done, as a verb phrase: "read from 127.0.0.1:80".
    package let operation: String

    package init(code: Int32, operation: String) {
        self.code = code
        self.operation = operation
    }

    /// The system's words for the error: "connection reset by peer".
    package var reason: String { String(cString: uv_strerror(code)) }

    package var description: String { "cannot \(operation): \(reason)" }

    /// The file-descriptor limit of the process is reached.
    package var isOutOfDescriptors: Bool { code == UV_EMFILE.rawValue || code == UV_ENFILE.rawValue }

    /// The peer, or the network, ended the connection without a farewell.
    package var isDisconnect: Bool {
        code == UV_ECONNRESET.rawValue || code == UV_EPIPE.rawValue || code == UV_ECONNABORTED.rawValue
            || code == UV_ETIMEDOUT.rawValue
    }

    static func check(_ code: Int32, _ operation: @autoclosure () -> String) throws(UVError) {
        guard code < 0 else { return }
        throw UVError(code: code, operation: operation())
    }
}
