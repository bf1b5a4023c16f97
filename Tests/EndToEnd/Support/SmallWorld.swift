/// A history with two kinds of taste: even users take even items, odd users odd ones, in an order that differs by user.
enum SmallWorld {
    static let users = 160
    static let items = 80
    static let perUser = 14

    /// Events; columns: user, item, timestamp (seconds).
    static let csv: String = {
        var lines = ["user,item,time"]
        for step in 0..<perUser {
            for user in 0..<users {
                let turn = (step * 7 + user * 13) % (items / 2)
                let item = 2 * turn + user % 2
                lines.append("user\(user),item\(item),\(1_760_000_000 + step * 3_600 + user)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    /// Items; columns: id, title, kind.
    static let catalogue: String = {
        var lines = ["id,title,kind"]
        for item in 0..<items {
            lines.append("item\(item),\"Item no. \(item)\",\(item % 2 == 0 ? "even" : "odd")")
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    /// Whether an item is of even users' taste.
    static func isEven(_ item: String) -> Bool { Int(item.dropFirst(4)).map { $0 % 2 == 0 } ?? false }
}
