import CommandLine
import Compression
import Glibc
import JSON
import Training

/// A benchmark of clicks in the libFM form: `train.libfm`, `valid.libfm` and `test.libfm` (or without the ending), each
/// plain or gzip, and maybe `fields.json`, an object of field names and the indices of their features, `[first, end]`.
struct ClickFiles {
    /// What was read.
    let data: ClickData
    /// What a reader of the figures should know of the files, a clause each.
    private(set) var remarks: [String] = []

    private static let longestLine = 16 << 20
    private static let endings = [".libfm", ".libfm.gz", "", ".gz", ".txt", ".txt.gz"]

    init(folder: String) throws(BenchmarkError) {
        var remarks: [String] = []
        let train = try Self.rows(folder, "train", &remarks)
        let valid = try Self.rows(folder, "valid", &remarks)
        let test = try Self.rows(folder, "test", &remarks)
        let fields = try Self.fields("\(folder)/fields.json")
        do {
            data = try ClickData(train: train, valid: valid, test: test, fields: fields)
        } catch {
            throw BenchmarkError(.invalidData, "\(folder): \(error)")
        }
        if fields.isEmpty { remarks.append("fields were found in the rows: there is no fields.json") }
        self.remarks = remarks
    }

    private static func rows(
        _ folder: String, _ part: String, _ remarks: inout [String]
    ) throws(BenchmarkError) -> FeatureRows {
        let paths: [String] = endings.map { "\(folder)/\(part)\($0)" }
        let path = paths.first { access($0, F_OK) == 0 } ?? paths[0]
        var rows = FeatureRows()
        var lines = try open(path)
        var fewest = Int.max
        while let line = try next(&lines) {
            func refusal(_ reason: String) -> BenchmarkError {
                BenchmarkError(
                    .invalidData,
                    "\(path):\(line.number): \(reason): write a line a row, a label 1 or 0, then `index:value` pairs")
            }
            if line.isTooLong { throw refusal("longer than \(longestLine) bytes") }
            let (count, places) = (rows.count, rows.indices.count)
            do throws(FeatureRows.LineError) {
                try rows.append(line: Span(_unsafeBytes: line.bytes))
            } catch {
                throw refusal(line.isEnded ? error.description : "\(error) and the line has no end: was the file cut?")
            }
            guard rows.count > count else { continue }
            let features = rows.indices.count - places
            if !line.isEnded {
                // A cut where a value ends looks like a row; only rows as long as others are believed.
                guard features >= fewest else {
                    throw refusal(
                        "the line has no end and \(features) features, others have \(fewest) or more: "
                            + "was the file cut?")
                }
                remarks.append("\(path) ends without a line feed: its last line may have been cut")
            }
            fewest = min(fewest, features)
        }
        guard rows.count > 0 else { throw BenchmarkError(.invalidData, "\(path):1: the file has no rows") }
        guard rows.labels.contains(where: { $0 != rows.labels[0] }) else {
            throw BenchmarkError(
                .invalidData,
                "\(path):1: all \(rows.count) labels are \(Int(rows.labels[0])): there is nothing to tell apart")
        }
        return rows
    }

    private static func open(_ path: String) throws(BenchmarkError) -> LineReader {
        do { return try LineReader(path: path, maximumLineBytes: longestLine) } catch { throw BenchmarkError(error) }
    }

    private static func next(_ lines: inout LineReader) throws(BenchmarkError) -> LineReader.Line? {
        do { return try lines.next() } catch { throw BenchmarkError(error) }
    }

    /// No fields where there is no file.
    private static func fields(_ path: String) throws(BenchmarkError) -> [FeatureField] {
        guard access(path, F_OK) == 0 else { return [] }
        var text: [UInt8] = []
        var lines = try open(path)
        while let line = try next(&lines) { text += line.bytes + [0x0a] }
        let fields: [FeatureField]?
        do {
            fields = try JSONParser().withDocument(text) { root in
                try root.object?.map { member in
                    let bounds = member.value.array?.map { $0.int64 } ?? []
                    let name = member.name.string ?? ""
                    guard bounds.count == 2, let first = bounds[0], let end = bounds[1], 0 <= first, first < end else {
                        throw BenchmarkError(
                            .invalidData, "\(path): \(name.debugDescription) is not [first, end] of indices")
                    }
                    return FeatureField(name: name, range: Int(first)..<Int(end))
                }
            }
        } catch let error as BenchmarkError {
            throw error
        } catch {
            throw BenchmarkError(.invalidData, "\(path): \(error)")
        }
        guard let fields else {
            throw BenchmarkError(.invalidData, "\(path): write an object of field names, each with [first, end]")
        }
        return fields
    }
}
