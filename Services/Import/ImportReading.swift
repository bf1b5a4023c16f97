import CommandLine
import Contracts
import Domain

/// The first half of an import: from files to content, with rejects and progress.
struct ImportReading {
    let rejects: RejectFile
    let progress: ProgressOutput
    /// Milliseconds since the epoch.
    let now: Int64
    var content: ImportContent
    /// Rows of events met, rejected ones included.
    var eventsRead = 0

    init(rejects: RejectFile, progress: ProgressOutput, now: Int64, limit: Int) {
        self.rejects = rejects
        self.progress = progress
        self.now = now
        content = ImportContent(limit: limit)
    }

    mutating func read(_ source: ImportSource) throws {
        switch source {
        case .movieLens(let folder): try readMovieLens(folder)
        case .table(let file, let mapping): try readTable(file, mapping)
        case .sequences(let file, let attributes, let hasOrder):
            try readSequences(file, attributes: attributes, hasOrder: hasOrder)
        case .records(let file): try readRecords(file)
        }
    }

    /// Opens a file, plain or gzipped, and notes it down for the journal.
    mutating func open(_ path: String) throws(ImportError) -> (file: SourceFile, reporter: ProgressReporter) {
        let file = try SourceFile(path)
        content.files.append(path)
        return (file, progress.begin("reading \(Self.name(path))", total: file.size, unit: "B"))
    }

    /// The last part of a path.
    static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Reads a table row by row. A ``RowProblem`` that `row` throws rejects the row, any other error ends the import.
    mutating func forEachRow(
        of path: String, format: DelimitedFormat,
        _ row: (inout ImportReading, borrowing DelimitedReader) throws -> Void
    ) throws {
        let (source, reporter) = try open(path)
        var reader = DelimitedReader(source, format: format)
        while true {
            switch try reader.next() {
            case .end:
                reporter.update(source.size)
                reporter.finish()
                return
            case .malformed(let reason): try rejects.add(file: path, line: reader.line, reason: reason)
            case .record:
                do {
                    try row(&self, reader)
                } catch let problem as RowProblem {
                    try rejects.add(file: path, line: reader.line, reason: problem.reason)
                }
            }
            if reader.line & 4095 == 0 { reporter.update(source.position) }
        }
    }

    /// An id out of a table: trimmed text with the limits of every id.
    func id(_ text: String?, _ what: String) throws(RowProblem) -> String {
        guard let text else { throw RowProblem("the \(what) is not valid UTF-8") }
        let id = TableText.trimmed(text)
        if id.isEmpty { throw RowProblem("the \(what) is empty") }
        if id.utf8.count > RecordLimits.idBytes {
            throw RowProblem("the \(what) has more than \(RecordLimits.idBytes) bytes")
        }
        if id.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw RowProblem("the \(what) has a control character")
        }
        return id
    }

    /// Free text out of a table, trimmed.
    func text(_ text: String?, _ what: String) throws(RowProblem) -> String {
        guard let text else { throw RowProblem("the \(what) is not valid UTF-8") }
        let trimmed = TableText.trimmed(text)
        if trimmed.utf8.count > RecordLimits.textBytes {
            throw RowProblem("the \(what) has more than \(RecordLimits.textBytes) bytes")
        }
        return trimmed
    }

    /// A moment out of a table, see ``TableText/moment(_:)``, within what is plausible.
    func moment(_ text: String?, _ what: String = "timestamp") throws(RowProblem) -> Int64 {
        guard let text, let moment = TableText.moment(TableText.trimmed(text)) else {
            throw RowProblem(
                "the \(what) \(quoted(text)) is neither seconds, milliseconds nor a date like 2026-11-24 09:30:00")
        }
        guard moment >= 0 else { throw RowProblem("the \(what) \(quoted(text)) is before 1970") }
        guard moment <= now + RecordLimits.aheadMilliseconds else {
            throw RowProblem("the \(what) \(quoted(text)) is more than a day ahead of the clock")
        }
        return moment
    }

    /// A finite number out of a table.
    func number(_ text: String?, _ what: String) throws(RowProblem) -> Double {
        guard let text, let number = Double(TableText.trimmed(text)), number.isFinite else {
            throw RowProblem("the \(what) \(quoted(text)) is not a number")
        }
        return number
    }

    private func quoted(_ text: String?) -> String {
        text.map { "\"\($0.prefix(40))\"" } ?? "(not valid UTF-8)"
    }
}
