/// Why a text is not acceptable JSON.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// No value at all.
        case empty
        /// More bytes than the parser accepts.
        case tooLarge
        /// Objects and arrays nested deeper than the parser accepts.
        case tooDeep
        /// Bytes that are not UTF-8.
        case invalidUTF8
        /// A string that does not end, has a raw control character or a bad escape.
        case invalidString
        /// A malformed number, or one beyond the range of a double.
        case invalidNumber
        /// Anything else that is not JSON, such as text behind the value.
        case syntax
        /// No memory for a text of this size.
        case outOfMemory
    }

    package let code: Code
    package let message: String
    /// Where in the text, in bytes from 0, when that is known.
    package let offset: Int?

    package init(_ code: Code, _ message: String, offset: Int? = nil) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    package var description: String {
        if let offset { return "\(message) (at byte \(offset))" }
        return message
    }
}
