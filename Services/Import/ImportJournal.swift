import Compression
import Glibc
import JSON

/// What was imported into a data folder, one import a line of JSON in `imports.jsonl`.
package struct ImportJournal: Sendable {
    /// A file that was read.
    package struct File: Sendable, Equatable {
        package var path: String
        /// In hexadecimal.
        package var sha256: String
    }

    /// One import.
    package struct Entry: Sendable, Equatable {
        /// Milliseconds since the epoch.
        package var time: Int64
        /// The form of the source: `movielens`, `csv`, `sequences`, `events`.
        package var source: String
        package var files: [File]
        /// What it did.
        package var summary: ImportSummary
    }

    private let path: String

    /// The journal of a data folder; it need not exist.
    package init(dataFolder: String) { path = "\(dataFolder)/imports.jsonl" }

    /// Whether some imported events have times that only tell the order within a user: a split by time means nothing then.
    /// - Throws: ``ImportError`` when the journal cannot be read.
    package func hasOrderOnlyEvents() throws(ImportError) -> Bool {
        try entries().contains { $0.summary.isOrderOnly }
    }

    /// All imports, the first one first; none where there is no journal. A last line that a crash cut off is left out.
    /// - Throws: ``ImportError`` when the journal cannot be read.
    package func entries() throws(ImportError) -> [Entry] {
        guard SourceFile.exists(path) else { return [] }
        do {
            var lines = try LineReader(path: path, maximumLineBytes: 1 << 24)
            let parser = JSONParser()
            var entries: [Entry] = []
            var damaged: Int?
            while let line = try lines.next() {
                if let damaged { throw corrupt(damaged) }
                if let entry = try? parser.withDocument(line.bytes, Self.entry(from:)) {
                    entries.append(entry)
                } else {
                    damaged = line.number
                }
            }
            return entries
        } catch let error as ReadError {
            throw ImportError(error)
        } catch let error as ImportError {
            throw error
        } catch {
            throw ImportError(.journalCorrupt, "\(path): \(error)")
        }
    }

    private func corrupt(_ line: Int) -> ImportError {
        ImportError(
            .journalCorrupt, "\(path), line \(line), is not a journal entry: remove the line, or restore the file")
    }

    /// Adds an import; durable when it returns.
    func append(_ entry: Entry) throws(ImportError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        let bytes = Self.encoded(entry)
        guard bytes.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == bytes.count,
            fsync(descriptor) == 0
        else { throw failure() }
    }

    private func failure() -> ImportError {
        ImportError(
            .fileUnwritable,
            "\(path) cannot be written: \(String(cString: strerror(errno))). Check the data folder's permissions and space"
        )
    }

    private static func encoded(_ entry: Entry) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("time", entry.time)
        writer.field("source", entry.source)
        writer.name("files")
        writer.beginArray()
        for file in entry.files {
            writer.beginObject()
            writer.field("path", file.path)
            writer.field("sha256", file.sha256)
            writer.endObject()
        }
        writer.endArray()
        entry.summary.write(to: &writer)
        writer.endObject()
        writer.endLine()
        return writer.take()
    }

    private static func entry(from value: JSONValue) throws(ImportError) -> Entry {
        guard let time = value["time"]?.int64, let source = value["source"]?.string, let files = value["files"]?.array
        else { throw ImportError(.journalCorrupt, "not a journal entry") }
        return Entry(
            time: time, source: source,
            files: files.map { File(path: $0["path"]?.string ?? "", sha256: $0["sha256"]?.string ?? "") },
            summary: ImportSummary(from: value))
    }
}
