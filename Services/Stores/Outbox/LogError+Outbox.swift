internal import Checkpoint
internal import EventLog
internal import SQLite

extension LogError {
    /// What an operation on the outbox's file threw.
    init(outbox error: any Error) {
        switch error {
        case let error as LogError: self = error
        case let error as SQLiteError: self.init(Self.code(of: error.cause), error.message)
        case is PeriodicWorkerStopped: self = .outboxClosed
        default: self.init(.inputOutput, "\(error)")
        }
    }

    static let outboxClosed = LogError(.closed, "The outbox is closed: the process is ending.")

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
