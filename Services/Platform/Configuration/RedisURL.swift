/// Where a Redis is, as `HOST:PORT` or `redis://[USER][:PASSWORD@]HOST[:PORT][/DATABASE]`.
///
/// Users and passwords that hold one of `@:/%` are percent-encoded.
package struct RedisURL: Sendable, Equatable, CustomStringConvertible {
    package let host: String
    package let port: UInt16
    package let user: String?
    package let password: String?
    package let database: Int

    private static let scheme = "redis://"
    private static let defaultPort: UInt16 = 6379
    /// No server has more databases.
    private static let databases = 0...65_535

    /// Nil unless the text has one of the two forms.
    package init?(_ text: String) {
        var rest = Substring(text)
        guard text.hasPrefix(Self.scheme) else {
            guard let place = HostPort(text) else { return nil }
            (host, port, user, password, database) = (place.host, place.port, nil, nil, 0)
            return
        }
        rest = rest.dropFirst(Self.scheme.count)
        if let slash = rest.lastIndex(of: "/") {
            let number = rest[rest.index(after: slash)...]
            guard number.isEmpty || number.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let database = number.isEmpty ? 0 : Int(number), Self.databases.contains(database)
            else { return nil }
            self.database = database
            rest = rest[..<slash]
        } else {
            database = 0
        }
        if let at = rest.lastIndex(of: "@") {
            let login = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let user = Self.decoded(login[0]) else { return nil }
            if login.count == 2 {
                guard let password = Self.decoded(login[1]), !password.isEmpty else { return nil }
                self.user = user.isEmpty ? nil : user
                self.password = password
            } else {
                return nil
            }
            rest = rest[rest.index(after: at)...]
        } else {
            user = nil
            password = nil
        }
        let hasPort = rest.last.map { $0 != "]" } == true && rest.contains(":")
        guard let place = HostPort(hasPort ? String(rest) : "\(rest):\(Self.defaultPort)") else { return nil }
        host = place.host
        port = place.port
    }

    /// Without user and password.
    package var description: String { HostPort(host: host, port: port).description }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
