extension FeatureRows {
    /// Why a line is not one of the libFM form.
    public struct LineError: Error, Equatable, CustomStringConvertible {
        /// What is wrong, without file and line.
        public let description: String
    }

    /// The largest index that is taken.
    static let largestIndex = Int(Int32.max)

    /// Adds a line of the libFM form (Rendle, Factorization Machines with libFM, ACM TIST 2012, §5): a label, then
    /// `index:value` pairs with blanks between them. The label is 1, or 0 or -1 for the other class. A blank line is none.
    ///
    /// O(bytes). A line that is refused adds nothing.
    public mutating func append(line: Span<UInt8>) throws(LineError) {
        guard let first = Self.token(line, from: 0) else { return }
        guard let label = Self.number(line, first), label == 1 || label == 0 || label == -1 else {
            throw LineError(description: "the label \(Self.text(line, first)) is not 1, 0 or -1")
        }
        var features: [(index: Int32, value: Float)] = []
        var place = first.upperBound
        while let next = Self.token(line, from: place) {
            features.append(try Self.feature(line, next))
            place = next.upperBound
        }
        guard !features.isEmpty else { throw LineError(description: "a label without features") }
        append(label: label == 1 ? 1 : 0, features: features)
    }

    /// Where the first token from a place on is; nil when there is none.
    private static func token(_ line: Span<UInt8>, from place: Int) -> Range<Int>? {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var start = place
        while start < line.count, isBlank(line[start]) { start += 1 }
        var end = start
        while end < line.count, !isBlank(line[end]) { end += 1 }
        return start < end ? start..<end : nil
    }

    private static func feature(
        _ line: Span<UInt8>, _ token: Range<Int>
    ) throws(LineError) -> (index: Int32, value: Float) {
        var (index, place) = (0, token.lowerBound)
        while place < token.upperBound, let digit = digit(line[place]) {
            index = min(index * 10 + digit, largestIndex + 1)
            place += 1
        }
        guard place > token.lowerBound, place < token.upperBound, line[place] == UInt8(ascii: ":") else {
            throw LineError(description: "\(text(line, token)) is not index:value")
        }
        guard index <= largestIndex else {
            throw LineError(description: "the index of \(text(line, token)) is above \(largestIndex)")
        }
        guard let value = number(line, place + 1..<token.upperBound) else {
            throw LineError(description: "\(text(line, token)) has no number behind its colon")
        }
        guard value.isFinite else { throw LineError(description: "the value of \(text(line, token)) is not finite") }
        return (Int32(index), value)
    }

    private static func digit(_ byte: UInt8) -> Int? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
    }

    private static func number(_ line: Span<UInt8>, _ range: Range<Int>) -> Float? {
        // Nearly all are single digits.
        if range.count == 1 { return digit(line[range.lowerBound]).map { Float($0) } }
        return Float(string(line, range))
    }

    /// A token for a message, shortened.
    private static func text(_ line: Span<UInt8>, _ range: Range<Int>) -> String {
        "'\(string(line, range.prefix(40)))'"
    }

    private static func string(_ line: Span<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: range.map { line[$0] }, as: UTF8.self)
    }
}
