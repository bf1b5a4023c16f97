import Checksum
import DataDirectory
import FoundationEssentials
import Glibc
import Training

/// The trials of a search, a line each, in a file that only grows: what is in it need not be tried again.
///
/// A line is the XXH3-64 of its text in hexadecimal, a blank, and the text: first a ``Header``, then trials, JSON each. A
/// line that was cut or changed does not count; one at the end is cut off before the next is written.
final class TuningJournal {
    /// What the trials are about. Where another search has another one, its trials say nothing here.
    struct Header: Codable, Equatable {
        /// Version of the file's format.
        var format = 1
        /// Of the training with the settings as they are configured.
        var identity: TrainingIdentity
        /// What is searched for, and where.
        var space: String
        var seed: UInt64
    }

    private let descriptor: Int32
    private let path: String
    /// What was tried before, in the order of trial.
    private(set) var trials: [TuningTrial] = []
    /// What should be known of the file, a sentence each.
    private(set) var remarks: [String] = []

    /// Opens the journal of a search, or begins one; a file of another search is put aside, as `PATH.old`.
    init(path: String, header: Header, isFresh: Bool) throws(DataDirectoryError) {
        self.path = path
        var end = 0
        var remarks: [String] = []
        var trials: [TuningTrial] = []
        if access(path, F_OK) == 0 {
            let content = Content(try AtomicFile.content(of: path))
            if isFresh || content.header != header {
                if !isFresh {
                    remarks.append(
                        "\(path) is of a search with \(Self.difference(content.header, header)): it is kept as \(path).old, a "
                            + "new one is begun")
                }
                guard rename(path, "\(path).old") == 0 else { throw DataDirectoryError(errno: errno, path: path) }
            } else {
                (trials, end) = (content.trials, content.end)
                if content.damaged > 0 { remarks.append("\(path): \(content.damaged) damaged lines do not count") }
                if content.isTorn { remarks.append("\(path): its last line was cut, and does not count") }
            }
        }
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND, 0o600)
        guard descriptor >= 0 else { throw DataDirectoryError(errno: errno, path: path) }
        self.trials = trials
        self.remarks = remarks
        if end == 0 {
            try append(header)
            try AtomicFile.syncFolder(of: path)
        } else if ftruncate(descriptor, off_t(end)) != 0 {
            throw DataDirectoryError(errno: errno, path: path)
        }
    }

    deinit { close(descriptor) }

    /// Adds a trial; it is on the device when this returns.
    func add(_ trial: TuningTrial) throws(DataDirectoryError) {
        try append(trial)
        trials.append(trial)
    }

    private func append(_ value: some Encodable) throws(DataDirectoryError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let text = try? encoder.encode(value) else { preconditionFailure("a journal holds finite numbers only") }
        let bytes = Self.line(Array(text))
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard count == bytes.count, fsync(descriptor) == 0 else {
            // What was written of the line is cut off when the journal is opened next.
            throw DataDirectoryError(errno: count >= 0 && count < bytes.count ? ENOSPC : errno, path: path)
        }
    }

    private static func line(_ text: [UInt8]) -> [UInt8] {
        let sum = String(text.withUnsafeBytes { XXH3.checksum(of: $0) }, radix: 16)
        return Array((String(repeating: "0", count: 16 - sum.count) + sum + " ").utf8) + text + [0x0A]
    }

    private static func difference(_ old: Header?, _ new: Header) -> String {
        guard let old else { return "nothing that can be read" }
        if old.format != new.format { return "another format (\(old.format))" }
        if old.identity.data != new.identity.data { return "other data" }
        if old.identity.settings != new.identity.settings { return "another configuration" }
        return old.space != new.space ? "other parameters" : "another seed"
    }

    /// What bytes of a journal say.
    private struct Content {
        var header: Header?
        var trials: [TuningTrial] = []
        var damaged = 0
        var isTorn = false
        /// Where the last whole line ends.
        var end = 0

        init(_ bytes: [UInt8]) {
            var start = 0
            while let feed = bytes[start...].firstIndex(of: 0x0A) {
                let line = Array(bytes[start...feed])
                start = feed + 1
                end = start
                let text = Array(line.dropFirst(17).dropLast())
                guard line.count > 18, TuningJournal.line(text) == line else {
                    damaged += 1
                    continue
                }
                if header == nil {
                    header = try? JSONDecoder().decode(Header.self, from: Data(text))
                    if header == nil { return }
                } else if let trial = try? JSONDecoder().decode(TuningTrial.self, from: Data(text)) {
                    trials.append(trial)
                } else {
                    damaged += 1
                }
            }
            isTorn = end < bytes.count
        }
    }
}
