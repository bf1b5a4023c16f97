import Domain
import JSON

/// Reads the fields of records; every fault names the field.
enum RecordFields {
    /// A name or id: text, not empty, without control characters, of at most ``RecordLimits/idBytes`` bytes.
    static func id(_ value: JSONValue, _ field: @autoclosure () -> String) throws(RecordError) -> String {
        guard let utf8 = value.utf8 else {
            let hint = value.type == .integer ? ": put the number in quotes" : ""
            throw RecordError(.wrongType, field: field(), "`\(field())` must be a text\(hint)")
        }
        guard !utf8.isEmpty else { throw RecordError(.empty, field: field(), "`\(field())` must not be empty") }
        guard utf8.count <= RecordLimits.idBytes else { throw tooLong(field(), utf8.count, RecordLimits.idBytes) }
        for byte in utf8 where byte < 0x20 || byte == 0x7F {
            throw RecordError(
                .controlCharacter, field: field(), "`\(field())` has a control character (code \(byte)): remove it")
        }
        return String(decoding: utf8, as: UTF8.self)
    }

    /// A name or id that may be absent: null and the empty text count as absent.
    static func optionalID(_ value: JSONValue, _ field: @autoclosure () -> String) throws(RecordError) -> String? {
        if value.isNull || value.utf8?.isEmpty == true { return nil }
        return try id(value, field())
    }

    /// Free text of at most ``RecordLimits/textBytes`` bytes.
    static func text(_ value: JSONValue, _ field: @autoclosure () -> String) throws(RecordError) -> String {
        guard let utf8 = value.utf8 else {
            throw RecordError(.wrongType, field: field(), "`\(field())` must be a text")
        }
        guard utf8.count <= RecordLimits.textBytes else { throw tooLong(field(), utf8.count, RecordLimits.textBytes) }
        return String(decoding: utf8, as: UTF8.self)
    }

    /// A finite number.
    static func number(_ value: JSONValue, _ field: @autoclosure () -> String) throws(RecordError) -> Double {
        guard let number = value.double else {
            throw RecordError(.wrongType, field: field(), "`\(field())` must be a number, not in quotes")
        }
        return number
    }

    /// A moment: a number of milliseconds since the epoch, or an RFC 3339 text. With a clock, one that is too far
    /// ahead is refused, and so is a number that looks like seconds.
    static func time(
        _ value: JSONValue, _ field: String, now: Int64?, ahead: Int64 = RecordLimits.aheadMilliseconds
    ) throws(RecordError) -> Int64 {
        let moment: Int64
        if let utf8 = value.utf8 {
            let parsed = utf8.withMemoryRebound(to: UInt8.self) { RFC3339.milliseconds($0) }
            guard let parsed else {
                throw RecordError(
                    .notATime, field: field,
                    "`\(field)` is not a time: write milliseconds since 1970, or a text like 2026-11-24T09:30:00Z")
            }
            moment = parsed
        } else if let integer = value.int64 {
            moment = integer
        } else if let number = value.double, let integer = Int64(exactly: number) {
            moment = integer
        } else {
            throw RecordError(
                .notATime, field: field,
                "`\(field)` must be milliseconds since 1970 as a whole number, or a text like 2026-11-24T09:30:00Z")
        }
        guard moment.magnitude < 1 << 53 else {
            throw RecordError(
                .outOfRange, field: field, "`\(field)` is beyond every calendar: send milliseconds since 1970")
        }
        guard let now else { return moment }
        if value.utf8 == nil, (1..<RecordLimits.leastMilliseconds).contains(moment) {
            throw RecordError(
                .outOfRange, field: field,
                "`\(field)` is \(RFC3339.text(moment)): that looks like seconds, send milliseconds (times 1000)")
        }
        guard moment <= now + ahead else {
            throw RecordError(
                .outOfRange, field: field,
                "`\(field)` is too far ahead of the server's clock: check the sender's")
        }
        return moment
    }

    /// A list of ids, at least one.
    static func ids(_ value: JSONValue, _ field: String, limit: Int) throws(RecordError) -> [String] {
        guard let array = value.array else {
            throw RecordError(.wrongType, field: field, "`\(field)` must be a list of texts")
        }
        var ids: [String] = []
        for element in array {
            guard ids.count < limit else {
                throw RecordError(
                    .tooMany, field: field, "`\(field)` has more than \(limit) entries: send several records")
            }
            ids.append(try id(element, "\(field)[\(ids.count)]"))
        }
        return ids
    }

    /// Free fields: text, number, true or false, or a list of texts each; null counts as absent.
    static func values(_ value: JSONValue, _ field: String) throws(RecordError) -> [String: FieldValue] {
        guard let object = value.object else {
            throw RecordError(.wrongType, field: field, "`\(field)` must be an object of names and values")
        }
        var values: [String: FieldValue] = [:]
        var count = 0
        for member in object {
            count += 1
            guard count <= RecordLimits.fields else {
                throw RecordError(.tooMany, field: field, "`\(field)` has more than \(RecordLimits.fields) entries")
            }
            let name = try id(member.name, "a name in \(field)")
            if member.value.isNull { continue }
            let read = try self.value(member.value, "\(field).\(name)")
            guard values.updateValue(read, forKey: name) == nil else {
                throw RecordError(.repeatedField, field: "\(field).\(name)", "`\(field).\(name)` is there twice")
            }
        }
        return values
    }

    private static func value(_ value: JSONValue, _ field: String) throws(RecordError) -> FieldValue {
        if value.utf8 != nil { return .text(try text(value, field)) }
        if let number = value.double { return .number(number) }
        if let flag = value.bool { return .flag(flag) }
        guard let array = value.array else {
            throw RecordError(
                .wrongType, field: field,
                "`\(field)` must be a text, a number, true, false or a list of texts: flatten it")
        }
        var texts: [String] = []
        for element in array {
            guard texts.count < RecordLimits.texts else {
                throw RecordError(.tooMany, field: field, "`\(field)` has more than \(RecordLimits.texts) entries")
            }
            texts.append(try text(element, "\(field)[\(texts.count)]"))
        }
        return .texts(texts)
    }

    /// The error of a name that the record does not have, with what was probably meant.
    static func unknown(_ name: JSONValue, known: [String], remedy: String) -> RecordError {
        let name = String(decoding: name.utf8 ?? .init(start: nil, count: 0), as: UTF8.self)
        let shown = name.utf8.count <= 64 ? name : String(name.prefix(32)) + "…"
        let near = known.first { $0.lowercased() == name.lowercased() } ?? known.first { isNear($0, name) }
        let hint = near.map { "did you mean `\($0)`?" } ?? remedy
        return RecordError(.unknownField, field: shown, "`\(shown)` is not a field of the record: \(hint)")
    }

    /// Whether one edit (insert, delete, replace), or `-`, `_` and case, is all that two names differ in.
    private static func isNear(_ a: String, _ b: String) -> Bool {
        let a = a.lowercased().utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
        let b = b.lowercased().utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
        let start = zip(a, b).prefix { $0 == $1 }.count
        let end = zip(a.dropFirst(start).reversed(), b.dropFirst(start).reversed()).prefix { $0 == $1 }.count
        return max(a.count, b.count) - start - end <= 1
    }

    private static func tooLong(_ field: String, _ bytes: Int, _ limit: Int) -> RecordError {
        RecordError(.tooLong, field: field, "`\(field)` has \(bytes) bytes, at most \(limit) are allowed: shorten it")
    }
}
