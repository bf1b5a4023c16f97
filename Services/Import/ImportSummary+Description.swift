import CommandLine

extension ImportSummary: CustomStringConvertible {
    /// The counts in words, and where the rows are that could not be read:
    ///
    ///     2,240 events read: 2,240 new, 0 there already
    ///     80 items read: 80 new, 0 changed, 0 unchanged
    ///     3 rows could not be read: rejects/csv-1764000000000.tsv lists them with their reasons
    package var description: String {
        var lines: [String] = []
        if eventsRead > 0 || itemsRead == 0 {
            lines.append(
                "\(Self.count(eventsRead, "event")) read: \(Format.grouped(eventsImported)) new, "
                    + "\(Format.grouped(eventsDuplicate)) there already")
        }
        if itemsRead > 0 {
            var line = "\(Self.count(itemsRead, "item")) read: \(Format.grouped(itemsNew)) new, "
            line += "\(Format.grouped(itemsChanged)) changed, \(Format.grouped(itemsUnchanged)) unchanged"
            if itemsDeleted > 0 { line += ", \(Format.grouped(itemsDeleted)) stay deleted" }
            lines.append(line)
        }
        if isOrderOnly { lines.append("The file has no times: at most the order of each user's events is known.") }
        if let rejectFile {
            let rows = Self.count(rejected, "row")
            lines.append("\(rows) could not be read: \(rejectFile) lists line and reason of each")
        }
        return lines.joined(separator: "\n")
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(Format.grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }
}
