import CommandLine
import Import

/// `cascade import csv`: a table with a column mapping.
enum CSVImport {
    private enum Kind: String, CaseIterable {
        case events, items
    }

    private enum Encoding: String, CaseIterable {
        case utf8 = "utf-8"
        case latin1
    }

    private static let file = Positional("FILE", help: "File to read; gzip is recognised.")
    private static let kind = Option<Kind>.choice("kind", help: "What a row is.", default: .events)
    private static let user = column("user", "who did it")
    private static let item = column("item", "the item's id")
    private static let timestamp = column("timestamp", "when, in seconds, milliseconds or RFC 3339")
    private static let type = column("type", "the event's type")
    private static let value = column("value", "the event's value, such as a rating")
    private static let title = column("title", "the item's title")
    private static let categories = column("categories", "the item's categories")
    private static let price = column("price", "the item's price")
    private static let attributes = Option.string(
        "attribute", valueName: "NAME[:FORM]=COL",
        help: "Attribute of the item; FORM is text, number, flag or list.", isRepeatable: true)
    private static let separator = Option.string(
        "separator", valueName: "CHAR", help: "Between columns; 'tab' is one too.",
        defaultText: "found in the first line")
    private static let listSeparator = Option.string(
        "list-separator", help: "Between the entries of a list in one field.", default: "|")
    private static let header = Flag(
        "header", help: "The first row names the columns (the default).", isInvertible: true)
    private static let defaultType = Option.string(
        "default-type", help: "Type of events without a type column.", defaultText: "rating with a value, else view")
    private static let encoding = Option<Encoding>.choice("encoding", help: "Of the text.", default: .utf8)
    private static let ordered = Flag(
        "in-order", help: "There is no time column: the order of a user's rows is the order of time.")

    static let command = Command(
        "csv", summary: "A table of events or of items.",
        discussion: "Columns are named, or counted from 1; those not given are found by the usual names.",
        parameters: [
            file, kind, user, item, timestamp, type, value, title, categories, price, attributes, separator,
            listSeparator, header, defaultType, encoding, ordered,
        ] + CommonOptions.all
    ) { arguments in
        try await ImportCommand.run(
            .table(file: try arguments.required(file), try mapping(arguments)), arguments)
    }

    private static func column(_ name: String, _ help: String) -> Option<String> {
        Option.string(name, valueName: "COL", help: "Column: \(help).")
    }

    private static func mapping(_ arguments: Arguments) throws -> TableMapping {
        var mapping = TableMapping(kind: arguments[kind] == .items ? .items : .events)
        mapping.user = arguments[user].map(TableMapping.Column.init)
        mapping.item = arguments[item].map(TableMapping.Column.init)
        mapping.timestamp = arguments[timestamp].map(TableMapping.Column.init)
        mapping.type = arguments[type].map(TableMapping.Column.init)
        mapping.value = arguments[value].map(TableMapping.Column.init)
        mapping.title = arguments[title].map(TableMapping.Column.init)
        mapping.categories = arguments[categories].map(TableMapping.Column.init)
        mapping.price = arguments[price].map(TableMapping.Column.init)
        mapping.attributes = try arguments.all(attributes).map(TableMapping.Attribute.init)
        mapping.separator = arguments[separator].map { $0 == "tab" ? "\t" : $0 }
        mapping.listSeparator = arguments[listSeparator] ?? mapping.listSeparator
        mapping.hasHeader = arguments[header] ?? true
        mapping.defaultType = arguments[defaultType]
        mapping.encoding = arguments[encoding] == .latin1 ? .latin1 : .utf8
        mapping.findsTimestamp = !(arguments[ordered] ?? false)
        return mapping
    }
}
