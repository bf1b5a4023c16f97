/// Why a port cannot be listened on, or a host not be reached, with what to do about it.
package enum ListenError: Error, CustomStringConvertible, Equatable {
    /// Another process (or an earlier start of this one) listens on the port.
    case portInUse(host: String, port: UInt16)
    /// Ports below 1024 need a privilege.
    case notPermitted(host: String, port: UInt16)
    /// The host is none of this machine's addresses.
    case addressNotAvailable(host: String, port: UInt16)
    case unknownHost(host: String, reason: String)
    case failed(host: String, port: UInt16, reason: String)
    /// What was handed to this process to listen on cannot be listened on.
    case notASocket(descriptor: Int32, reason: String)

    package var description: String {
        switch self {
        case .portInUse(let host, let port):
            "port \(port) on \(host) is in use by another process. Stop that process "
                + "(`ss -ltnp 'sport = :\(port)'` names it) or choose another port (--port, or --listen and --admin of a role)."
        case .notPermitted(let host, let port):
            "not permitted to listen on port \(port) of \(host). Choose a port of 1024 or above."
        case .addressNotAvailable(let host, let port):
            "cannot listen on \(host):\(port): this machine has no such address. Use 127.0.0.1 or 0.0.0.0, or one of those "
                + "that `ip address` lists."
        case .unknownHost(let host, let reason):
            "cannot look up the host \"\(host)\": \(reason). Check its spelling, or give a numeric address."
        case .failed(let host, let port, let reason):
            "cannot listen on \(host):\(port): \(reason)."
        case .notASocket(let descriptor, let reason):
            "cannot listen on descriptor \(descriptor), one of those that LISTEN_FDS names: \(reason). Hand over sockets of TCP "
                + "(systemd: ListenStream=HOST:PORT), or unset LISTEN_FDS."
        }
    }
}
