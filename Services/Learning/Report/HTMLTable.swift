import Charts

/// A table of a page; the first column is text, the others are figures.
struct HTMLTable {
    private let titles: [String]
    private var rows: [[String]] = []

    init(_ titles: [String]) { self.titles = titles }

    mutating func add(_ cells: [String]) { rows.append(cells) }

    var html: String {
        func row(_ cells: [String], _ tag: String) -> String {
            "<tr>" + cells.map { "<\(tag)>\(Markup.escaped($0))</\(tag)>" }.joined() + "</tr>\n"
        }
        return "<div class=\"wide\"><table>\n<thead>" + row(titles, "th") + "</thead>\n<tbody>\n"
            + rows.map { row($0, "td") }.joined() + "</tbody></table></div>\n"
    }
}
