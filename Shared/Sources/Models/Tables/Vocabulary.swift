/// Texts and their rows in a table of parameters.
public struct Vocabulary: Sendable, Equatable {
    /// Texts by row.
    public let entries: [String]
    private let rows: [String: Int32]

    /// A vocabulary of texts; of equal ones the first counts.
    public init(_ entries: [String]) {
        self.entries = entries
        var rows: [String: Int32] = [:]
        rows.reserveCapacity(entries.count)
        for (row, entry) in entries.enumerated() where rows[entry] == nil { rows[entry] = Int32(row) }
        self.rows = rows
    }

    /// How many texts there are.
    public var count: Int { entries.count }

    /// The row of a text. O(1).
    public func row(of entry: String) -> Int32? { rows[entry] }

    /// The rows of those of the texts that are known, in their order.
    public func rows(of entries: [String]) -> [Int32] { entries.compactMap { rows[$0] } }

    /// The texts that occur at least `minimum` times, the most frequent `limit` of them, in alphabetical order: the same
    /// for any order of the input.
    public static func counting(_ texts: [[String]], minimum: Int, limit: Int) -> Vocabulary {
        var counts: [String: Int] = [:]
        for text in texts.lazy.joined() { counts[text, default: 0] += 1 }
        let frequent = counts.filter { $0.value >= minimum }
            .sorted { ($0.value, $1.key) > ($1.value, $0.key) }
            .prefix(limit)
        return Vocabulary(frequent.map(\.key).sorted())
    }
}
