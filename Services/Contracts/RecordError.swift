/// Why an event or an item is not acceptable: the field, the cause and the remedy.
package struct RecordError: Error, Equatable, CustomStringConvertible {
    /// What kind of fault it is; the text is part of the interface and never changes.
    package enum Code: String, Sendable {
        case invalidJSON = "invalid-json"
        case notAnObject = "not-an-object"
        case missingField = "missing-field"
        case unknownField = "unknown-field"
        case repeatedField = "repeated-field"
        case wrongType = "wrong-type"
        case empty = "empty"
        case tooLong = "too-long"
        case tooMany = "too-many"
        case controlCharacter = "control-character"
        case outOfRange = "out-of-range"
        case contradiction = "contradiction"
        case reservedType = "reserved-type"
        case notATime = "not-a-time"
    }

    package let code: Code
    /// The field at fault as the sender names it, such as `ts` or `fields.colour`; empty when it is the whole record.
    package let field: String
    /// Cause and remedy in a sentence that names the field.
    package let message: String

    package init(_ code: Code, field: String, _ message: String) {
        self.code = code
        self.field = field
        self.message = message
    }

    package var description: String { message }
}
