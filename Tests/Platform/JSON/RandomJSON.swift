import Domain
import JSON

/// A JSON value made at random, for round trips.
enum RandomJSON: Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case string(String)
    case array([RandomJSON])
    case object([String], [RandomJSON])

    static func random(depth: Int, using random: inout SplitMix64) -> RandomJSON {
        switch random.next() % (depth > 0 ? 7 : 5) {
        case 0: return .null
        case 1: return .bool(random.next() & 1 == 1)
        case 2: return .integer(Int64(bitPattern: random.next()) >> Int64(random.next() % 64))
        case 3:
            let value = Double(bitPattern: random.next())
            // Doubles that are integers are written without a fraction and so read back as integers.
            return value.isFinite && value != value.rounded() ? .double(value) : .double(0.25)
        case 4: return .string(text(using: &random))
        case 5: return .array(values(depth, using: &random))
        default:
            let values = values(depth, using: &random)
            return .object(values.map { _ in text(using: &random) }, values)
        }
    }

    private static func values(_ depth: Int, using random: inout SplitMix64) -> [RandomJSON] {
        (0..<Int(random.next() % 5)).map { _ in .random(depth: depth - 1, using: &random) }
    }

    private static func text(using random: inout SplitMix64) -> String {
        var text = ""
        for _ in 0..<(random.next() % 20) {
            let limit: UInt64 = random.next() & 1 == 0 ? 0x80 : 0x11_0000
            if let scalar = Unicode.Scalar(UInt32(random.next() % limit)) { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .integer(let value): writer.integer(value)
        case .double(let value): writer.double(value)
        case .string(let value): writer.string(value)
        case .array(let values):
            writer.beginArray()
            for value in values { value.write(to: &writer) }
            writer.endArray()
        case .object(let names, let values):
            writer.beginObject()
            for (name, value) in zip(names, values) {
                writer.name(name)
                value.write(to: &writer)
            }
            writer.endObject()
        }
    }

    init(_ value: JSONValue) {
        if let members = value.object {
            self = .object(members.map { $0.name.string ?? "" }, members.map { RandomJSON($0.value) })
        } else if let elements = value.array {
            self = .array(elements.map { RandomJSON($0) })
        } else if let string = value.string {
            self = .string(string)
        } else if let integer = value.int64 {
            self = .integer(integer)
        } else if let double = value.double {
            self = .double(double)
        } else if let bool = value.bool {
            self = .bool(bool)
        } else {
            self = .null
        }
    }

    /// Strings are compared by their bytes: canonical equivalence is not enough.
    static func == (left: RandomJSON, right: RandomJSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.integer(let a), .integer(let b)): a == b
        case (.double(let a), .double(let b)): a.bitPattern == b.bitPattern
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.array(let a), .array(let b)): a == b
        case (.object(let namesA, let a), .object(let namesB, let b)):
            namesA.map { Array($0.utf8) } == namesB.map { Array($0.utf8) } && a == b
        default: false
        }
    }
}
