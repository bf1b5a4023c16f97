/// Reads a table record by record, from any source, in O(bytes).
///
/// Quoting as RFC 4180; more lenient in that a quote inside an unquoted field stands for itself, lines may end in LF, and
/// blank lines are skipped. A byte order mark at the beginning is dropped. What cannot be read costs one record: reading
/// goes on after the next line break.
struct DelimitedReader {
    /// What ``next()`` found.
    enum Step: Equatable {
        /// A record, in ``count`` fields.
        case record
        /// Something that is not one; the text says why.
        case malformed(String)
        case end
    }

    private let source: any ByteSource
    private let format: DelimitedFormat
    private let first: UInt8
    private var buffer: [UInt8] = []
    private var position = 0
    private var content: [UInt8] = []
    private var ends: [Int] = []
    private var nextLine = 1

    /// The line on which the latest record began, from 1.
    private(set) var line = 0
    /// Bytes consumed so far.
    private(set) var consumed = 0

    private static var quote: UInt8 { UInt8(ascii: "\"") }
    private static var lineFeed: UInt8 { 10 }
    private static var carriageReturn: UInt8 { 13 }

    /// A reader at the beginning of `source`; the separator is not empty.
    init(_ source: any ByteSource, format: DelimitedFormat) {
        precondition(!format.separator.isEmpty, "a table needs a separator")
        self.source = source
        self.format = format
        first = format.separator[0]
    }

    /// Fields of the latest record.
    var count: Int { ends.count }

    /// The bytes of a field, quotes undone.
    func bytes(_ index: Int) -> ArraySlice<UInt8> {
        content[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    /// A field as text; nil when it is not valid in the format's encoding.
    func text(_ index: Int) -> String? {
        let bytes = bytes(index)
        switch format.encoding {
        case .utf8: return String(validating: bytes, as: UTF8.self)
        case .latin1:
            if bytes.allSatisfy({ $0 < 128 }) { return String(decoding: bytes, as: UTF8.self) }
            return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        }
    }

    /// Goes to the next record.
    mutating func next() throws(ImportError) -> Step {
        while true {
            line = nextLine
            content.removeAll(keepingCapacity: true)
            ends.removeAll(keepingCapacity: true)
            if consumed == 0, try fill(3), buffer[position...].starts(with: [0xEF, 0xBB, 0xBF]) { skip(3) }
            guard try fill(1) else { return .end }
            let step = try readRecord()
            if step != .record || ends.count > 1 || !content.isEmpty { return step }
        }
    }

    // MARK: - A record

    private mutating func readRecord() throws(ImportError) -> Step {
        while true {
            if format.quoting, try fill(1), buffer[position] == Self.quote {
                if let problem = try readQuoted() { return try malformed(problem) }
            }
            switch try readPlain() {
            case .field: break
            case .record: return .record
            case .problem(let reason): return try malformed(reason)
            }
            if ends.count >= DelimitedFormat.mostFields {
                return try malformed("more than \(DelimitedFormat.mostFields) fields")
            }
        }
    }

    /// Reads a quoted field up to its closing quote; says what is wrong with it.
    private mutating func readQuoted() throws(ImportError) -> String? {
        skip(1)
        while true {
            var end = position
            while end < buffer.count, buffer[end] != Self.quote {
                if buffer[end] == Self.lineFeed { nextLine += 1 }
                end += 1
            }
            take(upTo: end)
            if content.count > DelimitedFormat.longestRecord { return Self.tooLong }
            guard try fill(1) else { return "a quote is opened and never closed" }
            guard buffer[position] == Self.quote else { continue }
            skip(1)
            guard try fill(1) else { return nil }
            switch buffer[position] {
            case Self.quote:
                content.append(Self.quote)
                skip(1)
            case Self.lineFeed: return nil
            case Self.carriageReturn where try fill(2) && buffer[position + 1] == Self.lineFeed: return nil
            case first where try isSeparator(): return nil
            default: return "text after the closing quote of field \(ends.count + 1)"
            }
        }
    }

    private enum Piece {
        case field
        case record
        case problem(String)
    }

    /// Reads up to the end of a field; behind a quoted one that is at once.
    private mutating func readPlain() throws(ImportError) -> Piece {
        while true {
            var end = position
            while end < buffer.count {
                let byte = buffer[end]
                if byte == first || byte == Self.lineFeed || byte == Self.carriageReturn || byte == 0 { break }
                end += 1
            }
            take(upTo: end)
            if content.count > DelimitedFormat.longestRecord { return .problem(Self.tooLong) }
            guard try fill(1) else {
                ends.append(content.count)
                return .record
            }
            switch buffer[position] {
            case Self.lineFeed:
                endRecord(1)
                return .record
            case Self.carriageReturn:
                guard try fill(2) else {
                    endRecord(1)
                    return .record
                }
                if buffer[position + 1] == Self.lineFeed {
                    endRecord(2)
                    return .record
                }
                take(upTo: position + 1)
            case 0: return .problem("a NUL byte: is the file binary, or in UTF-16?")
            default:
                if try isSeparator() {
                    ends.append(content.count)
                    skip(format.separator.count)
                    return .field
                }
                take(upTo: min(position + 1, buffer.count))
            }
        }
    }

    private mutating func endRecord(_ bytes: Int) {
        ends.append(content.count)
        nextLine += 1
        skip(bytes)
    }

    /// Gives the record up and goes on behind the next line break.
    private mutating func malformed(_ reason: String) throws(ImportError) -> Step {
        content.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        while try fill(1) {
            if let end = buffer[position...].firstIndex(of: Self.lineFeed) {
                skip(end + 1 - position)
                nextLine += 1
                break
            }
            skip(buffer.count - position)
        }
        return .malformed(reason)
    }

    private static var tooLong: String {
        "longer than \(DelimitedFormat.longestRecord) bytes: is a closing quote missing?"
    }

    // MARK: - Bytes

    private mutating func isSeparator() throws(ImportError) -> Bool {
        guard format.separator.count > 1 else { return buffer[position] == first }
        guard try fill(format.separator.count) else { return false }
        return buffer[position..<(position + format.separator.count)].elementsEqual(format.separator)
    }

    private mutating func take(upTo end: Int) {
        content.append(contentsOf: buffer[position..<end])
        skip(end - position)
    }

    private mutating func skip(_ bytes: Int) {
        position += bytes
        consumed += bytes
    }

    /// Whether `bytes` bytes are there, after reading more if need be.
    private mutating func fill(_ bytes: Int) throws(ImportError) -> Bool {
        while buffer.count - position < bytes {
            if position > 0 {
                buffer.removeFirst(position)
                position = 0
            }
            guard try source.read(into: &buffer) else { return false }
        }
        return true
    }
}
