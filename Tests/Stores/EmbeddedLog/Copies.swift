import EventLog
import Foundation
import Synchronization

/// Copies of a log's files at several moments, each with the last position committed by then.
final class Copies: Sendable {
    struct Copy {
        let path: String
        let last: LogPosition
    }

    private let folder: String
    private let state = Mutex<(commits: Int, copies: [Copy])>((0, []))

    init(_ folder: String) {
        self.folder = folder
    }

    var taken: [Copy] { state.withLock { $0.copies } }

    /// Copies the files as they are at every third commit.
    func take(after records: [LogRecord]) {
        state.withLock { state in
            state.commits += 1
            guard state.commits % 3 == 1, let last = records.last?.position else { return }
            let target = "\(folder)/copy-\(state.commits)"
            do {
                try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
                for name in ["log.sqlite", "log.sqlite-wal"] {
                    try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(target)/\(name)")
                }
                state.copies.append(Copy(path: "\(target)/log.sqlite", last: last))
            } catch {
                // The test counts the copies.
            }
        }
    }
}
