internal import EventLog
internal import SQLite

extension LogError {
    /// What an operation on the log's file threw, as the log's own error.
    init(_ error: any Error) {
        switch error {
        case let error as LogError: self = error
        case let error as SQLiteError: self.init(Self.code(of: error.cause), error.message)
        default: self.init(.inputOutput, "\(error)")
        }
    }

    private static func code(of cause: SQLiteError.Cause) -> Code {
        switch cause {
        case .full: .diskFull
        case .corrupt: .corrupt
        case .notADatabase, .unknownFormat: .unknownFormat
        case .locked: .locked
        case .readOnly, .cannotOpen: .inaccessible
        case .inputOutput, .constraint, .outOfMemory, .misuse: .inputOutput
        }
    }
}
