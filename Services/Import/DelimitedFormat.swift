/// How a table of text is written.
package struct DelimitedFormat: Sendable, Equatable {
    /// How bytes stand for characters.
    package enum Encoding: Sendable {
        case utf8
        /// Each byte is the code point of its value.
        case latin1
    }

    /// Between fields; one byte or more, no line break and no quote.
    package var separator: [UInt8]
    /// Whether fields may be quoted as RFC 4180 says: line breaks and separators inside, quotes doubled.
    package var quoting: Bool
    package var encoding: Encoding

    package init(separator: String = ",", quoting: Bool = true, encoding: Encoding = .utf8) {
        self.separator = Array(separator.utf8)
        self.quoting = quoting
        self.encoding = encoding
    }

    /// The longest record, in bytes of content: longer ones are taken for a missing quote.
    static let longestRecord = 1 << 20
    /// The most fields of a record.
    static let mostFields = 4096
}
