internal import CSQLite

/// What SQLite reported, with what to do about it.
package struct SQLiteError: Error, Equatable, CustomStringConvertible {
    package enum Cause: Sendable, Equatable {
        /// No room on the device, or the file has reached its largest size.
        case full
        /// The file is damaged.
        case corrupt
        /// The file is no SQLite database.
        case notADatabase
        /// Another connection holds the database.
        case locked
        case readOnly
        /// The file or its folder cannot be opened.
        case cannotOpen
        /// The device failed.
        case inputOutput
        /// A unique index or another constraint forbids it.
        case constraint
        case outOfMemory
        /// The file belongs to another program, or to a newer version of this one.
        case unknownFormat
        /// A statement that SQLite cannot run, or a call in the wrong order: a mistake of the program.
        case misuse
    }

    package let cause: Cause
    /// SQLite's extended result code.
    package let code: Int32
    /// Cause and remedy, with the path.
    package let message: String

    package init(_ cause: Cause, code: Int32 = 0, message: String) {
        self.cause = cause
        self.code = code
        self.message = message
    }

    package var description: String { message }

    /// The error that a connection has just reported.
    init(code: Int32, path: String, detail: String) {
        let cause = Self.cause(of: code)
        self.init(cause, code: code, message: "\(path): \(detail) (SQLite \(code)). \(Self.remedy(of: cause))")
    }

    private static func cause(of code: Int32) -> Cause {
        switch code & 0xff {
        case SQLITE_FULL: .full
        case SQLITE_CORRUPT: .corrupt
        case SQLITE_NOTADB: .notADatabase
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: .locked
        case SQLITE_READONLY: .readOnly
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: .cannotOpen
        case SQLITE_IOERR: .inputOutput
        case SQLITE_CONSTRAINT: .constraint
        case SQLITE_NOMEM: .outOfMemory
        default: .misuse
        }
    }

    private static func remedy(of cause: Cause) -> String {
        switch cause {
        case .full: "Make room on the device; nothing stored before is lost."
        case .corrupt: "The file is damaged: restore it from a copy, or move it away to begin anew."
        case .notADatabase: "This is not a database of cascade: choose another data directory, or move the file away."
        case .locked: "Another process uses the file: stop it, or choose another data directory."
        case .readOnly: "Give this user the right to write to the file and its folder."
        case .cannotOpen: "Check that the folder exists and that this user may read and write it."
        case .inputOutput: "Reading or writing failed: look at the system's log for errors of the device."
        case .constraint: "A value breaks a rule of the table."
        case .outOfMemory: "There is no memory left."
        case .unknownFormat: "Use the version of cascade that wrote the file, or a newer one."
        case .misuse: "This is a mistake in the program."
        }
    }
}
