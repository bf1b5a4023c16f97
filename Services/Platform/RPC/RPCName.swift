/// Where a role is to be found: one or more hosts with ports; a host may be a name that stands for many addresses.
package struct RPCName: Sendable, Hashable, CustomStringConvertible {
    package struct Endpoint: Sendable, Hashable, CustomStringConvertible {
        package let host: String
        package let port: UInt16

        package init(host: String, port: UInt16) {
            self.host = host
            self.port = port
        }

        package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    package let endpoints: [Endpoint]

    package init(_ endpoints: [Endpoint]) {
        precondition(!endpoints.isEmpty, "a name stands for at least one endpoint")
        self.endpoints = endpoints
    }

    /// Reads `host:port[,host:port…]`; an IPv6 host stands in brackets.
    package init(_ text: String) throws(RPCConfigurationError) {
        var endpoints: [Endpoint] = []
        for part in text.split(separator: ",") {
            let endpoint = try Self.endpoint(Self.trimmed(part))
            if !endpoints.contains(endpoint) { endpoints.append(endpoint) }
        }
        guard !endpoints.isEmpty else { throw .emptyName }
        self.endpoints = endpoints
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    private static func endpoint(_ text: String) throws(RPCConfigurationError) -> Endpoint {
        guard let colon = text.lastIndex(of: ":") else { throw .malformedPort(text) }
        guard let port = UInt16(text[text.index(after: colon)...]), port > 0 else { throw .malformedPort(text) }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw .malformedEndpoint(text)
        }
        guard !host.isEmpty else { throw .malformedEndpoint(text) }
        return Endpoint(host: String(host), port: port)
    }

    package var description: String { endpoints.map(\.description).joined(separator: ",") }
}
