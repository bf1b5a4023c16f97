/// The server under test: `http://host[:port]`, without a path.
package struct TargetURL: Sendable, Equatable, CustomStringConvertible {
    /// Name or address, without the brackets of an IPv6 one.
    package let host: String

    package let port: Int

    /// The API key that is sent with every request; never printed.
    package var key: String?

    /// The server at `text`, nil when it is not a plain `http` URL.
    package init?(_ text: String) {
        guard text.hasPrefix("http://") else { return nil }
        var authority = text.dropFirst("http://".count)
        if authority.last == "/" { authority = authority.dropLast() }
        guard !authority.isEmpty, !authority.contains(where: { "/?#@ \r\n\t".contains($0) }) else { return nil }
        var portText: Substring?
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = String(authority[authority.index(after: authority.startIndex)..<end])
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { return nil }
            portText = rest.isEmpty ? nil : rest.dropFirst()
        } else {
            let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2 else { return nil }
            host = String(parts[0])
            portText = parts.count == 2 ? parts[1] : nil
        }
        guard !host.isEmpty, let port = portText.map({ Int($0) }) ?? 80, (1...65_535).contains(port) else { return nil }
        self.port = port
    }

    /// The value of the `Host` header.
    package var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The header lines that every request to it has.
    package var headers: String {
        "Host: \(authority)\r\n" + (key.map { "Authorization: Bearer \($0)\r\n" } ?? "")
    }

    package var description: String { "http://\(authority)" }
}
