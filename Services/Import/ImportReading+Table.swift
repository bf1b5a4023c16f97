import CommandLine
import Contracts
import Domain

extension ImportReading {
    /// Reads a table of events or of items.
    mutating func readTable(_ path: String, _ mapping: TableMapping) throws {
        let separator: String
        if let given = mapping.separator {
            guard !given.isEmpty, !given.utf8.contains(where: { $0 == 10 || $0 == 13 || $0 == 0x22 }) else {
                throw ImportError(
                    .badOption, "--separator must be a character or more, neither a quote nor a line break")
            }
            separator = given
        } else {
            separator = try Self.separator(of: path)
        }
        let format = DelimitedFormat(separator: separator, encoding: mapping.encoding)
        var columns: TableColumns?
        try forEachRow(of: path, format: format) { reading, row in
            guard let columns else {
                let resolved: TableColumns
                if mapping.hasHeader {
                    let header = (0..<row.count).map { TableText.trimmed(row.text($0) ?? "") }
                    resolved = try TableColumns(mapping, header: header, path: path)
                } else {
                    resolved = try TableColumns(mapping, header: nil, path: path)
                }
                columns = resolved
                reading.begin(mapping, resolved)
                if !mapping.hasHeader { try reading.take(row, resolved, mapping) }
                return
            }
            try reading.take(row, columns, mapping)
        }
        if columns == nil { throw ImportError(.unknownFormat, "\(path) has no row that can be read: is it a table?") }
    }

    private mutating func begin(_ mapping: TableMapping, _ columns: TableColumns) {
        progress.line("columns: \(columns.description)")
        guard mapping.kind == .events, columns.timestamp == nil else { return }
        content.isOrderOnly = true
        progress.line("no time column: the order of a user's rows is taken for the order of time")
    }

    private mutating func take(
        _ row: borrowing DelimitedReader, _ columns: TableColumns, _ mapping: TableMapping
    ) throws {
        if mapping.kind == .events { eventsRead += 1 }
        guard row.count >= columns.width else {
            throw RowProblem("\(row.count) fields where \(columns.width) are needed")
        }
        let item = try id(row.text(columns.item), mapping.kind == .events ? "item" : "id")
        guard mapping.kind == .events, let userColumn = columns.user else {
            content.items.set(try described(item, row, columns, mapping))
            return
        }
        let user = try id(row.text(userColumn), "user")
        var moment: Int64?
        if let column = columns.timestamp { moment = try self.moment(row.text(column)) }
        var value: Double?
        if let column = columns.value, let text = row.text(column), !TableText.trimmed(text).isEmpty {
            value = try number(text, "value")
        }
        var type = mapping.defaultType ?? (columns.value != nil ? "rating" : "view")
        if let column = columns.type { type = try id(row.text(column), "type") }
        guard type.utf8.first != UInt8(ascii: "$") else { throw RowProblem("types that start with $ are the system's") }
        if columns.describesItems { content.items.set(try described(item, row, columns, mapping)) }
        try content.table.append(user: user, item: item, timestamp: moment, type: type, value: value)
    }

    /// The item that a row describes.
    private func described(
        _ id: String, _ row: borrowing DelimitedReader, _ columns: TableColumns, _ mapping: TableMapping
    ) throws -> Item {
        var item = Item(id: id)
        if let column = columns.title { item.title = try text(row.text(column), "title") }
        if let column = columns.categories {
            item.categories = try list(row.text(column), "categories", mapping)
            for category in item.categories where category.utf8.count > RecordLimits.idBytes {
                throw RowProblem("a category has more than \(RecordLimits.idBytes) bytes")
            }
        }
        if let column = columns.price, let text = row.text(column), !TableText.trimmed(text).isEmpty {
            let price = try number(text, "price")
            guard price >= 0 else { throw RowProblem("the price \(price) is negative") }
            item.price = price
        }
        if mapping.kind == .items, let column = columns.timestamp, let text = row.text(column), !text.isEmpty {
            item.createdAt = try moment(text, "time of creation")
        }
        for (attribute, column) in columns.attributes {
            if let value = try self.value(row.text(column), attribute, mapping) {
                item.attributes[attribute.name] = value
            }
        }
        return item
    }

    private func list(_ cell: String?, _ what: String, _ mapping: TableMapping) throws(RowProblem) -> [String] {
        let list = TableText.list(try text(cell, what), separator: mapping.listSeparator)
        guard list.count <= RecordLimits.fields else {
            throw RowProblem("\(what): more than \(RecordLimits.fields) entries")
        }
        return list
    }

    /// The value of an attribute; nil for an empty field.
    private func value(
        _ cell: String?, _ attribute: TableMapping.Attribute, _ mapping: TableMapping
    ) throws(RowProblem) -> FieldValue? {
        let text = try text(cell, attribute.name)
        if text.isEmpty { return nil }
        switch attribute.form {
        case .text: return .text(text)
        case .number: return .number(try number(text, attribute.name))
        case .list: return .texts(try list(text, attribute.name, mapping))
        case .flag:
            switch text.lowercased() {
            case "true", "yes", "1", "t", "y": return .flag(true)
            case "false", "no", "0", "f", "n": return .flag(false)
            default: throw RowProblem("\(attribute.name) \"\(text.prefix(40))\" is neither true nor false")
            }
        }
    }

    /// The separator that the first line has most often.
    private static func separator(of path: String) throws(ImportError) -> String {
        let file = try SourceFile(path)
        var bytes: [UInt8] = []
        while bytes.count < 1 << 16, !bytes.contains(10), try file.read(into: &bytes) {}
        let line = bytes.prefix { $0 != 10 }
        let counts = [",", "\t", ";", "|"].map { text in (text, line.count { $0 == text.utf8.first }) }
        guard let best = counts.max(by: { $0.1 < $1.1 }), best.1 > 0 else {
            throw ImportError(
                .unknownFormat, "\(path): its first line has neither comma, tab, semicolon nor bar: say --separator")
        }
        return best.0
    }
}
