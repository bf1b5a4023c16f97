/// Why the log did not do what it was asked: the cause and the remedy in words, and a code to act on.
package struct LogError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// More is waiting to be written than the queue holds: try again later (HTTP 503).
        case overloaded
        /// No room: nothing of the append was stored, everything stored before is intact.
        case diskFull
        /// Kafka did not take or give it in time. Of an append some or all records may have been stored nevertheless:
        /// whoever appends them again relies on consumers that know an id they have seen.
        case unavailable
        /// This log cannot do it at all.
        case unsupported
        /// The log ends before the position it was asked to go on from: it is another one, or was made anew.
        case unknownPosition
        /// What is asked for is configured wrongly: the address, an option, a topic's partitions.
        case misconfigured
        /// The record cannot be stored as it is: empty key, or a key, id or value too long.
        case invalidRecord
        /// The log was closed.
        case closed
        /// The file is damaged.
        case corrupt
        /// The file is not a log, or one of a newer format.
        case unknownFormat
        /// Another process holds the file.
        case locked
        /// The file or its folder cannot be read or written.
        case inaccessible
        /// Reading or writing failed.
        case inputOutput
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether the same call may succeed later without anybody changing it.
    package var isTransient: Bool {
        switch code {
        case .overloaded, .unavailable, .diskFull, .locked: true
        case .unsupported, .unknownPosition, .misconfigured, .invalidRecord, .closed, .corrupt, .unknownFormat,
            .inaccessible, .inputOutput:
            false
        }
    }

    package var description: String { message }
}
