/// A request that cannot be answered as it is: what is wrong with it and what would be right.
package struct RequestError: Error, Equatable, Sendable {
    /// HTTP status.
    package let status: Int
    /// The last part of the problem's stable type.
    package let kind: String
    /// For people: names the parameter, never its value.
    package let detail: String
    /// Seconds after which another try may succeed.
    package let retryAfter: Int?

    package init(status: Int = 400, kind: String, detail: String, retryAfter: Int? = nil) {
        self.status = status
        self.kind = kind
        self.detail = detail
        self.retryAfter = retryAfter
    }

    /// The kind in words.
    var title: String {
        let words = kind.split(separator: "-").joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    static func invalidParameter(_ name: StaticString, _ rule: String) -> RequestError {
        RequestError(kind: "invalid-parameter", detail: "Parameter '\(name)' \(rule).")
    }
}
