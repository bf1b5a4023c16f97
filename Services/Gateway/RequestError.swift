/// A request that cannot be answered as it is: what is wrong with it and what would be right.
package struct RequestError: Error, Equatable, Sendable {
    /// HTTP status.
    package let status: Int
    /// The last part of the problem's stable type.
    package let kind: String
    /// For people: names the parameter, never its value.
    package let detail: String

    package init(status: Int = 400, kind: String, detail: String) {
        self.status = status
        self.kind = kind
        self.detail = detail
    }

    static func invalidParameter(_ name: String, _ rule: String) -> RequestError {
        RequestError(kind: "invalid-parameter", detail: "Parameter '\(name)' \(rule).")
    }
}
