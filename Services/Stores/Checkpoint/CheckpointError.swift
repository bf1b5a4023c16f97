package import SQLite

/// Why a checkpoint cannot be used, with what to do.
package struct CheckpointError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// What is stored makes no sense.
        case corrupt
        /// Opening or reading failed.
        case unusable
        /// It belongs to another log, or to a later state of it.
        case aheadOfLog
        /// What a newer version wrote, or another program.
        case newerFormat
        /// It belongs to another partition, or to another number of partitions.
        case foreign
    }

    package let code: Code
    package let message: String

    private init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The file's content is damaged: `detail` says where.
    package init(corrupt path: String, detail: String) {
        self.init(
            .corrupt, "\(path) is damaged (\(detail)): remove it, it is rebuilt from the event log at the next start.")
    }

    /// The checkpoint has seen positions of the log that the log never gave.
    package init(ahead path: String, ofLog log: String) {
        self.init(
            .aheadOfLog,
            "\(path) knows events that \(log) does not have: the log was removed, or is an older copy. Restore the newest "
                + "one; or go on with the one that is there by removing \(path), which is then rebuilt from it.")
    }

    /// The checkpoint's places are those of another log than the one that is followed now.
    package init(otherLog path: String, detail: String) {
        self.init(
            .aheadOfLog,
            "\(path) belongs to another log (\(detail)): use another data directory for this one, or remove the file, "
                + "which is then rebuilt from the log.")
    }

    /// A newer version of the program wrote what is in a topic.
    package init(newerFormatIn topic: String) {
        self.init(.newerFormat, "\(topic) has records that a newer version wrote: use that version or a newer one.")
    }

    /// The checkpoint is of something else than what is wanted here.
    package init(foreign path: String, found: String, wanted: String) {
        self.init(
            .foreign,
            "\(path) is the state of \(found), and \(wanted) is wanted here: check CASCADE_PARTITIONS and "
                + "CASCADE_REPLICA, or choose another data directory.")
    }

    /// What SQLite says of a checkpoint file.
    package init(_ error: SQLiteError, path: String) {
        switch error.cause {
        case .corrupt, .notADatabase:
            self.init(corrupt: path, detail: "SQLite \(error.code)")
        case .unknownFormat:
            self.init(.newerFormat, error.message)
        default:
            self.init(.unusable, error.message)
        }
    }

    package var description: String { message }
}
