/// Why bytes are not the message that they should be. Never says what they hold.
package struct MessageError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        /// The bytes are not such a message: truncated, damaged, or something else.
        case malformed
        /// Readable, but it says something impossible: lists of different lengths, unknown values, numbers out of range.
        case inconsistent
        /// Written in a format that this build does not know.
        case newerFormat
        /// Longer than a message may be, or in need of more memory.
        case tooLarge
    }

    package let code: Code
    /// Cause and remedy in a sentence.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    static func malformed(_ message: String) -> MessageError {
        MessageError(.malformed, "\(message) cannot be read: it is truncated, damaged, or not one")
    }

    static func inconsistent(_ message: String, _ cause: String) -> MessageError {
        MessageError(.inconsistent, "\(message) says something impossible: \(cause)")
    }

    static func newerFormat(_ message: String, _ format: UInt32) -> MessageError {
        format == 0
            ? MessageError(.malformed, "\(message) names no format: it is something else")
            : MessageError(
                .newerFormat,
                "\(message) has format \(format), which this build does not know: use the build that wrote it, or a newer one"
            )
    }

    static func tooLarge(_ message: String, _ bytes: Int) -> MessageError {
        bytes > MessageLimits.bytes
            ? MessageError(.tooLarge, "\(message) has \(bytes) bytes, \(MessageLimits.bytes) are allowed")
            : MessageError(
                .tooLarge, "\(message) of \(bytes) bytes has too many small parts: they take too much memory")
    }
}
