import CommandLine
import Compression
import Contracts
import Domain
import JSON

extension ImportReading {
    /// The most bytes of a line of a sequences file, and of a line of records.
    static let longestLine = 16 << 20
    /// The most bytes of an attributes file.
    private static let longestAttributes = 1 << 30

    /// Reads a line a user, `user item item …` in the order of time. There are no times, so the events of all users run
    /// side by side: the first of each at the same moment, the second an hour later, and so on; without an order, all at
    /// the same moment.
    mutating func readSequences(_ path: String, attributes: String?, hasOrder: Bool) throws {
        if let attributes { try readAttributes(attributes) }
        content.isOrderOnly = true
        try forEachLine(of: path) { reading, line in
            guard let text = String(validating: line, as: UTF8.self) else { throw RowProblem("not valid UTF-8") }
            let words = text.split { $0 == " " || $0 == "\t" }
            guard let first = words.first else { return }
            guard words.count > 1 else { throw RowProblem("a user without items: write `user item item …`") }
            let user = try reading.id(String(first), "user")
            let items = try words.dropFirst().map { try reading.id(String($0), "item") }
            for item in items {
                reading.eventsRead += 1
                try reading.content.table.append(
                    user: user, item: item, timestamp: hasOrder ? nil : EventTable.orderOnlyStart, type: "click",
                    value: nil)
            }
        }
    }

    /// Reads lines; a ``RowProblem`` that `body` throws rejects the line, any other error ends the import.
    mutating func forEachLine(
        of path: String, _ body: (inout ImportReading, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let reporter = try open(path).reporter
        var lines: LineReader
        do throws(ReadError) {
            lines = try LineReader(path: path, maximumLineBytes: Self.longestLine)
        } catch {
            throw ImportError(error)
        }
        while true {
            do {
                guard let line = try lines.next() else { break }
                do {
                    if line.isTooLong { throw RowProblem("longer than \(Self.longestLine) bytes") }
                    try body(&self, line.bytes)
                } catch let problem as RowProblem {
                    try rejects.add(file: path, line: line.number, reason: problem.reason)
                }
                if line.number & 1023 == 0 { reporter.update(Int(lines.position)) }
            } catch let error as ReadError {
                throw ImportError(error)
            }
        }
        reporter.update(Int(lines.position))
        reporter.finish()
    }

    /// Reads `{"item": [attribute, …], …}`: each becomes an entry of the item's attribute `attribute`, the most frequent
    /// first.
    private mutating func readAttributes(_ path: String) throws {
        let (file, reporter) = try open(path)
        var bytes: [UInt8] = []
        while try file.read(into: &bytes) {
            reporter.update(file.position)
            guard bytes.count <= Self.longestAttributes else {
                throw ImportError(.tooLarge, "\(path) has more than \(Self.longestAttributes) bytes")
            }
        }
        let parser = JSONParser(maximumBytes: max(bytes.count, 1))
        do {
            try parser.withDocument(bytes) { root in
                guard let object = root.object else {
                    throw ImportError(.unknownFormat, "\(path) must be a JSON object of lists: {\"item\":[1,2],…}")
                }
                for (number, member) in object.enumerated() {
                    do {
                        let item = try id(member.name.string, "item")
                        let texts = try tokens(member.value)
                        content.items.set(
                            Item(id: item, attributes: texts.isEmpty ? [:] : ["attribute": .texts(texts)]))
                    } catch let problem as RowProblem {
                        try rejects.add(file: path, line: number + 1, reason: problem.reason)
                    }
                }
            }
        } catch let error as JSONError {
            throw ImportError(.unknownFormat, "\(path) is not JSON: \(error)")
        }
        reporter.finish()
    }

    private func tokens(_ value: JSONValue) throws(RowProblem) -> [String] {
        guard let array = value.array else { throw RowProblem("the attributes of an item must be a list") }
        var counts: [String: Int] = [:]
        var order: [String] = []
        for element in array {
            guard let text = element.string ?? element.int64.map(String.init) else {
                throw RowProblem("an attribute is neither a text nor a whole number")
            }
            if counts.updateValue((counts[text] ?? 0) + 1, forKey: text) == nil { order.append(text) }
        }
        let ranked = order.enumerated().sorted { a, b in
            (counts[b.element] ?? 0, a.offset) < (counts[a.element] ?? 0, b.offset)
        }
        return ranked.prefix(RecordLimits.texts).map(\.element)
    }
}
