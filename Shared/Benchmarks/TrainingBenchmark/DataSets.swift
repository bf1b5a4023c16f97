import Domain
import FoundationEssentials
import Training

/// Readers of public data sets, as far as measuring a training needs them.
enum DataSets {
    /// A corpus by the file's name: a sequence file (`….txt`, attributes beside it), a MovieLens folder, or an anime one.
    static func load(_ path: String) throws -> Corpus {
        if path.hasSuffix(".txt") { return try sequences(path) }
        if FileManager.default.fileExists(atPath: "\(path)/ratings.csv") { return try movieLens(path) }
        return try anime(path)
    }

    /// A split of the LightGCN form; nil where the folder has none.
    static func lightGCN(_ path: String) throws -> InteractionSplit? {
        guard FileManager.default.fileExists(atPath: "\(path)/train.txt") else { return nil }
        let train = try lists("\(path)/train.txt"), test = try lists("\(path)/test.txt")
        let users = max(train.count, test.count)
        func padded(_ lists: [[Int32]]) -> [[Int32]] { lists + Array(repeating: [], count: users - lists.count) }
        return InteractionSplit(
            itemCount: Int((train + test).joined().max() ?? -1) + 1, train: padded(train), test: padded(test))
    }

    private static func lists(_ path: String) throws -> [[Int32]] {
        var lists: [[Int32]] = []
        for line in try lines(path) {
            let fields = line.split(separator: " ").compactMap { Int32($0) }
            guard let user = fields.first else { continue }
            while lists.count <= Int(user) { lists.append([]) }
            lists[Int(user)] = Array(fields.dropFirst())
        }
        return lists
    }

    private static func lines(_ path: String) throws -> [Substring] {
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline)
    }

    /// Numbers for texts in the order of arrival.
    private struct Numbers {
        var names: [String] = []
        var index: [String: UInt32] = [:]

        mutating func number(of name: some StringProtocol) -> UInt32 {
            let name = String(name)
            if let known = index[name] { return known }
            index[name] = UInt32(names.count)
            names.append(name)
            return UInt32(names.count - 1)
        }
    }

    private static func sequences(_ path: String) throws -> Corpus {
        var items = Numbers()
        var users: [String] = []
        var interactions: [Interaction] = []
        for line in try lines(path) {
            let fields = line.split(separator: " ")
            let user = UInt32(users.count)
            users.append(String(fields[0]))
            for (place, field) in fields.dropFirst().enumerated() {
                let entry = HistoryEntry(
                    item: items.number(of: field), kind: .click, weight: 1, timestamp: Int64(place + 1))
                interactions.append(Interaction(user: user, entry: entry))
            }
        }
        interactions.sort { $0.entry.timestamp < $1.entry.timestamp }
        var catalogue = items.names.map { Item(id: $0) }
        let attributes = path.replacing(".txt", with: "_item2attributes.json")
        if let data = try? Data(contentsOf: URL(filePath: attributes)) {
            let table = try JSONDecoder().decode([String: [Int]].self, from: data)
            for (name, values) in table {
                guard let item = items.index[name] else { continue }
                catalogue[Int(item)].categories = values.prefix(8).map { "\($0)" }
                catalogue[Int(item)].attributes = ["attribute": .texts(values.map { "\($0)" })]
            }
        }
        return Corpus(
            items: catalogue, users: users, userAttributes: [[String]](repeating: [], count: users.count),
            interactions: interactions, hasRealTime: false)
    }

    private static func movieLens(_ path: String) throws -> Corpus {
        var items = Numbers()
        var users = Numbers()
        var catalogue: [Item] = []
        for line in try lines("\(path)/movies.csv").dropFirst() {
            guard let start = line.firstIndex(of: ","), let end = line.lastIndex(of: ",") else { continue }
            _ = items.number(of: line[..<start])
            let genres = line[line.index(after: end)...].split(separator: "|").map(String.init)
            catalogue.append(Item(id: String(line[..<start]), categories: genres))
        }
        var interactions: [Interaction] = []
        let weights = EventWeights.standard
        for line in try lines("\(path)/ratings.csv").dropFirst() {
            let fields = line.split(separator: ",")
            guard fields.count == 4, let value = Double(fields[2]), let seconds = Int64(fields[3]) else { continue }
            let entry = HistoryEntry(
                item: items.number(of: fields[1]), kind: .rating, weight: weights.weight(type: "rating", value: value),
                value: Float(value), timestamp: seconds * 1000)
            interactions.append(Interaction(user: users.number(of: fields[0]), entry: entry))
        }
        interactions.sort { $0.entry.timestamp < $1.entry.timestamp }
        return Corpus(
            items: catalogue, users: users.names,
            userAttributes: [[String]](repeating: [], count: users.names.count), interactions: interactions,
            hasRealTime: true)
    }

    private static func anime(_ path: String) throws -> Corpus {
        var items = Numbers()
        var users = Numbers()
        var genres: [String: [String]] = [:]
        for line in try lines("\(path)/anime_info.dat").dropFirst() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count > 3 else { continue }
            genres[String(fields[0])] = fields[2].replacing("\"", with: "").split(separator: ", ").map(String.init)
        }
        var interactions: [Interaction] = []
        for line in try lines("\(path)/anime_history.dat").dropFirst() {
            let fields = line.split(separator: "\t")
            guard fields.count == 3 else { continue }
            let entry = HistoryEntry(item: items.number(of: fields[1]), kind: .view, weight: 1, timestamp: 1)
            interactions.append(Interaction(user: users.number(of: fields[0]), entry: entry))
        }
        // The file lists a user's items by number, which tells how popular they are: a fixed shuffle takes that out.
        interactions.sort { scatter($0) < scatter($1) }
        let catalogue = items.names.map { Item(id: $0, categories: genres[$0] ?? []) }
        return Corpus(
            items: catalogue, users: users.names,
            userAttributes: [[String]](repeating: [], count: users.names.count), interactions: interactions,
            hasRealTime: false)
    }

    private static func scatter(_ interaction: Interaction) -> UInt64 {
        var value = (UInt64(interaction.user) << 32 | UInt64(interaction.entry.item)) &* 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        return value ^ (value >> 27)
    }
}
