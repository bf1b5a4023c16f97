/// What is wrong with the addresses or the key of a role, and what to do about it.
package enum RPCConfigurationError: Error, Equatable, CustomStringConvertible {
    case shortKey
    case emptyName
    case malformedEndpoint(String)
    case malformedPort(String)
    /// Everybody who reaches the address could call the role.
    case openWithoutKey(address: String)

    package var description: String {
        switch self {
        case .shortKey:
            "The key in CASCADE_RPC_KEY has fewer than \(RPCKey.minimumBytes) bytes: use a longer one."
        case .emptyName:
            "No address is given: write host:port, several with commas in between."
        case .malformedEndpoint(let text):
            "\"\(text)\" is not an address: write host:port, with an IPv6 host in brackets."
        case .malformedPort(let text):
            "\"\(text)\" has no port between 1 and 65535: write host:port."
        case .openWithoutKey(let address):
            "Listening on \(address) would let everybody call this role: set CASCADE_RPC_KEY to the same key for all "
                + "roles, or listen on 127.0.0.1."
        }
    }
}
