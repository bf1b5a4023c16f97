/// Which column of a table is what.
///
/// On the command line, for the anime set of the shared data (a catalogue, then what was watched, then marks out of ten):
///
///     cascade import csv anime_info.dat --kind items --id anime_ids --list-separator ", " --attribute type=type
///     cascade import csv anime_history.dat --user User_ID --item Anime_ID --default-type view
///     cascade import csv anime_ratings.dat --user User_ID --item Anime_ID --value Feedback
///
/// `name` and `genre` are found by their names as title and categories. Marks out of ten want an event configuration whose
/// rating scale is 10.
package struct TableMapping: Sendable, Equatable {
    /// What the rows are.
    package enum Kind: Sendable {
        case events
        case items
    }

    /// A column, by the name in the header or by number from 1.
    package enum Column: Sendable, Equatable {
        case name(String)
        case number(Int)

        /// As it is written on a command line: a number, unless the header has a column of that name.
        package init(_ text: String) {
            if let number = Int(text), number > 0 { self = .number(number) } else { self = .name(text) }
        }
    }

    /// A column that becomes an attribute of the item.
    package struct Attribute: Sendable, Equatable {
        package enum Form: String, Sendable, CaseIterable {
            case text, number, flag, list
        }

        package var name: String
        package var column: Column
        package var form: Form

        package init(name: String, column: Column, form: Form = .text) {
            self.name = name
            self.column = column
            self.form = form
        }

        /// As it is written on a command line: `NAME=COLUMN`, or `NAME:FORM=COLUMN` with the form `text`, `number`, `flag`
        /// or `list`.
        /// - Throws: ``ImportError`` for another text.
        package init(_ text: String) throws(ImportError) {
            let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
            let parts = sides.first.map { $0.split(separator: ":", maxSplits: 1).map(String.init) } ?? []
            guard sides.count == 2, let name = parts.first, !name.isEmpty else {
                throw ImportError(
                    .badOption,
                    "--attribute \(text): write NAME=COLUMN, or NAME:FORM=COLUMN with the form text, number, flag or list"
                )
            }
            guard let form = parts.count == 2 ? Form(rawValue: parts[1]) : .text else {
                throw ImportError(
                    .badOption, "--attribute \(text): the form \(parts[1]) is none of text, number, flag, list")
            }
            self.init(name: name, column: Column(sides[1]), form: form)
        }
    }

    package var kind: Kind
    /// Nil: found by the usual names in the header (`user`, `user_id`, `userId`, …); so for the columns below.
    package var user: Column?
    /// The item of an event, the id of an item.
    package var item: Column?
    package var timestamp: Column?
    package var type: Column?
    package var value: Column?
    package var title: Column?
    package var categories: Column?
    package var price: Column?
    package var attributes: [Attribute] = []
    /// Nil: whichever of comma, tab, semicolon and bar is in the first line, most often.
    package var separator: String?
    /// Between the entries of a list in one field.
    package var listSeparator = "|"
    package var hasHeader = true
    /// The type of events without a type column; nil: `rating` where there is a value column, else `view`.
    package var defaultType: String?
    package var encoding: DelimitedFormat.Encoding = .utf8
    /// Whether a time column is looked for where none is named. Without one, the order of a user's rows is the order of time.
    package var findsTimestamp = true

    package init(kind: Kind = .events) { self.kind = kind }
}
