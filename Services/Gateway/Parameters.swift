import HTTP

/// The query parameters of a request, each known and given at most once.
struct Parameters {
    private let request: HTTPRequest

    /// Longest id of a user or an item, in bytes.
    static let idLength = 512

    /// Refuses names other than `allowed` and names that come twice.
    init(_ request: HTTPRequest, allowed: [StaticString]) throws(RequestError) {
        for index in 0..<request.queryCount {
            guard let name = allowed.first(where: { request.queryNameEquals(at: index, $0) }) else {
                let known = allowed.map { "\($0)" }.joined(separator: ", ")
                throw RequestError(
                    kind: "unknown-parameter",
                    detail: "Unknown parameter '\(request.queryName(at: index).prefix(64))'. Known here: \(known).")
            }
            for earlier in 0..<index where request.queryNameEquals(at: earlier, name) {
                throw .invalidParameter(name, "is given more than once")
            }
        }
        self.request = request
    }

    subscript(name: StaticString) -> String? { request.query(name) }

    func requiredID(_ name: StaticString) throws(RequestError) -> String {
        guard let value = self[name], !value.isEmpty else { throw .invalidParameter(name, "is missing or empty") }
        guard value.utf8.count <= Self.idLength else {
            throw .invalidParameter(name, "is longer than \(Self.idLength) bytes")
        }
        return value
    }

    func integer(_ name: StaticString, in range: ClosedRange<Int>, default fallback: Int) throws(RequestError) -> Int {
        guard let text = self[name] else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            throw .invalidParameter(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func number(
        _ name: StaticString, in range: ClosedRange<Float>, default fallback: Float?
    ) throws(RequestError) -> Float? {
        guard let text = self[name] else { return fallback }
        guard let value = Float(text), range.contains(value) else {
            throw .invalidParameter(name, "must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func flag(_ name: StaticString) throws(RequestError) -> Bool {
        switch self[name] {
        case nil, "0", "false": return false
        case "1", "true": return true
        default: throw .invalidParameter(name, "must be 0 or 1")
        }
    }

    func list(_ name: StaticString, limit: Int) throws(RequestError) -> [String] {
        guard let text = self[name], !text.isEmpty else { return [] }
        let parts = text.split(separator: ",", omittingEmptySubsequences: true)
        guard parts.count <= limit else { throw .invalidParameter(name, "names more than \(limit) items") }
        return parts.map(String.init)
    }

    func text(_ name: StaticString, limit: Int) throws(RequestError) -> String? {
        guard let value = self[name] else { return nil }
        guard !value.isEmpty, value.utf8.count <= limit else {
            throw .invalidParameter(name, "must have 1 to \(limit) bytes")
        }
        return value
    }
}
