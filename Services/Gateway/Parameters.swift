/// The query parameters of a request, each allowed at most once; all must have been asked for by the end.
struct Parameters {
    private let items: [(name: String, value: String)]

    /// Longest id of a user or an item, in bytes.
    static let idLength = 512

    /// Takes the decoded query; refuses names other than `allowed` and names that come twice.
    init(_ items: [(name: String, value: String)], allowed: [String]) throws(RequestError) {
        for (place, item) in items.enumerated() {
            guard allowed.contains(item.name) else {
                throw RequestError(
                    kind: "unknown-parameter",
                    detail:
                        "Unknown parameter '\(item.name.prefix(64))'. Known here: \(allowed.joined(separator: ", ")).")
            }
            if items[..<place].contains(where: { $0.name == item.name }) {
                throw .invalidParameter(item.name, "is given more than once")
            }
        }
        self.items = items
    }

    subscript(name: String) -> String? {
        for item in items where item.name == name { return item.value }
        return nil
    }

    func requiredID(_ name: String) throws(RequestError) -> String {
        guard let value = self[name], !value.isEmpty else { throw .invalidParameter(name, "is missing or empty") }
        guard value.utf8.count <= Self.idLength else {
            throw .invalidParameter(name, "is longer than \(Self.idLength) bytes")
        }
        return value
    }

    func integer(_ name: String, in range: ClosedRange<Int>, default fallback: Int) throws(RequestError) -> Int {
        guard let text = self[name] else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            throw .invalidParameter(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func number(_ name: String, in range: ClosedRange<Float>, default fallback: Float) throws(RequestError) -> Float {
        guard let text = self[name] else { return fallback }
        guard let value = Float(text), range.contains(value) else {
            throw .invalidParameter(name, "must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func flag(_ name: String) throws(RequestError) -> Bool {
        switch self[name] {
        case nil, "0", "false": return false
        case "1", "true": return true
        default: throw .invalidParameter(name, "must be 0 or 1")
        }
    }

    func list(_ name: String, limit: Int) throws(RequestError) -> [String] {
        guard let text = self[name], !text.isEmpty else { return [] }
        let parts = text.split(separator: ",", omittingEmptySubsequences: true)
        guard parts.count <= limit else { throw .invalidParameter(name, "names more than \(limit) items") }
        return parts.map(String.init)
    }

    func text(_ name: String, limit: Int) throws(RequestError) -> String? {
        guard let value = self[name] else { return nil }
        guard !value.isEmpty, value.utf8.count <= limit else {
            throw .invalidParameter(name, "must have 1 to \(limit) bytes")
        }
        return value
    }
}
