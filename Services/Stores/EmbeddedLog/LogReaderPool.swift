internal import EventLog
internal import SQLite
internal import Synchronization

/// Connections that read, kept for the next reader.
final class LogReaderPool: Sendable {
    private let path: String
    /// Nil when closed.
    private let idle = Mutex<[LogReader]?>([])
    private static let kept = 4

    init(path: String) {
        self.path = path
    }

    /// Gives `body` a connection that nobody else uses meanwhile.
    func withReader<Result>(_ body: (LogReader) throws -> Result) throws -> Result {
        let reader = try take()
        defer { giveBack(reader) }
        return try body(reader)
    }

    func close() {
        idle.withLock { $0 = nil }
    }

    private func take() throws -> LogReader {
        let found = try idle.withLock { readers throws(LogError) -> LogReader? in
            guard readers != nil else { throw LogQueue.closed }
            return readers?.popLast()
        }
        return try found ?? LogReader(path: path)
    }

    private func giveBack(_ reader: LogReader) {
        idle.withLock { readers in
            if let count = readers?.count, count < Self.kept { readers?.append(reader) }
        }
    }
}
