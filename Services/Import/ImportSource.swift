/// What to import, and in which form it is.
package enum ImportSource: Sendable {
    /// A folder of the MovieLens data sets, of any generation.
    case movieLens(folder: String)
    /// A table with a column mapping.
    case table(file: String, TableMapping)
    /// A line a user, `user item item …` in the order of time or in none; `attributes` is a JSON object of lists by item.
    case sequences(file: String, attributes: String?, hasOrder: Bool = true)
    /// Events and items as JSON, one a line.
    case records(file: String)

    /// The name of the form, as the command line has it.
    package var name: String {
        switch self {
        case .movieLens: "movielens"
        case .table: "csv"
        case .sequences: "sequences"
        case .records: "events"
        }
    }
}
