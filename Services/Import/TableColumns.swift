import Domain

/// The columns of a mapping as indices into a row, resolved against the header.
struct TableColumns {
    var user: Int?
    var item = 0
    var timestamp: Int?
    var type: Int?
    var value: Int?
    var title: Int?
    var categories: Int?
    var price: Int?
    var attributes: [(attribute: TableMapping.Attribute, index: Int)] = []
    /// Fields that a row has at least.
    private(set) var width = 0

    private let header: [String]?
    private let path: String

    /// Resolves a mapping.
    /// - Throws: ``ImportError`` for a column that is not there, and for a user or item that is neither named nor found.
    init(_ mapping: TableMapping, header: [String]?, path: String) throws(ImportError) {
        self.header = header
        self.path = path
        let isEvents = mapping.kind == .events
        user = try find(
            mapping.user, "--user", isEvents ? ["user", "userid", "uid", "customer", "customerid", "visitorid"] : [])
        guard
            let item = try find(
                mapping.item, isEvents ? "--item" : "--id",
                isEvents
                    ? ["item", "itemid", "iid", "product", "productid", "movieid", "bookid", "sku"]
                    : ["id", "item", "itemid", "product", "productid", "movieid", "bookid", "sku"])
        else { throw missing(isEvents ? "--item" : "--id", "item") }
        self.item = item
        if isEvents {
            if user == nil { throw missing("--user", "user") }
            timestamp = try find(
                mapping.timestamp, "--timestamp",
                mapping.findsTimestamp ? ["timestamp", "ts", "time", "datetime", "date", "eventtime"] : [])
            type = try find(mapping.type, "--type", ["type", "event", "eventtype", "action"])
            value = try find(mapping.value, "--value", ["value", "rating", "score", "stars"])
        } else {
            timestamp = try find(mapping.timestamp, "--timestamp", ["createdat", "created"])
        }
        title = try find(mapping.title, "--title", isEvents ? [] : ["title", "name"])
        categories = try find(
            mapping.categories, "--categories", isEvents ? [] : ["categories", "category", "genres", "genre"])
        price = try find(mapping.price, "--price", isEvents ? [] : ["price"])
        for attribute in mapping.attributes {
            guard let index = try find(attribute.column, "--attribute \(attribute.name)", []) else { continue }
            attributes.append((attribute, index))
        }
        let all = [user, item, timestamp, type, value, title, categories, price] + attributes.map(\.index)
        width = (all.compactMap { $0 }.max() ?? 0) + 1
    }

    /// Whether rows of events say something of their items.
    var describesItems: Bool { title != nil || categories != nil || price != nil || !attributes.isEmpty }

    /// What was found, for people.
    var description: String {
        let named: [(String, Int?)] = [
            ("user", user), ("item", item), ("timestamp", timestamp), ("type", type), ("value", value),
            ("title", title),
            ("categories", categories), ("price", price),
        ]
        return named.compactMap { name, index in index.map { "\(name)=\(label($0))" } }.joined(separator: " ")
    }

    private func label(_ index: Int) -> String {
        guard let header, index < header.count else { return String(index + 1) }
        return header[index]
    }

    private func find(_ column: TableMapping.Column?, _ option: String, _ usual: [String]) throws(ImportError) -> Int? {
        switch column {
        case .number(let number):
            // A header may have names that are numbers; they win.
            if let place = header?.firstIndex(of: String(number)) { return place }
            if let header, number > header.count {
                throw ImportError(.badOption, "\(option) \(number): \(path) has \(header.count) columns")
            }
            return number - 1
        case .name(let name):
            guard let header else {
                throw ImportError(.badOption, "\(option) \(name): without a header name columns by number, from 1")
            }
            if let place = header.firstIndex(of: name) { return place }
            if let place = header.firstIndex(where: { Self.plain($0) == Self.plain(name) }) { return place }
            throw ImportError(
                .badOption,
                "\(option) \(name): \(path) has no such column, but \(header.prefix(20).joined(separator: ", "))")
        case nil: return header?.firstIndex { usual.contains(Self.plain($0)) }
        }
    }

    private func missing(_ option: String, _ what: String) -> ImportError {
        let columns =
            header.map { "its columns are \($0.prefix(20).joined(separator: ", "))" } ?? "columns have numbers from 1"
        return ImportError(.badOption, "\(path): which column names the \(what)? Say \(option) COLUMN; \(columns)")
    }

    /// A name without case, blanks, `_` and `-`.
    private static func plain(_ name: String) -> String {
        String(decoding: name.lowercased().utf8.filter { $0 > 0x20 && $0 != 0x5F && $0 != 0x2D }, as: UTF8.self)
    }
}
