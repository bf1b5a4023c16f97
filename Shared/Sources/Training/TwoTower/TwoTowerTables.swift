import Domain
import Models

/// The fixed tables of a training: which items and tokens have parameters, and who has which tokens.
struct TwoTowerTables: Sendable {
    /// Row of each item number, -1 for an item without positive interactions.
    let rowOfItem: [Int32]
    /// Item number of each row.
    let itemOfRow: [Int32]
    let items: Vocabulary
    let itemTokens: Vocabulary
    let userTokens: Vocabulary
    /// Tokens of each item number, those of item `i` in `tokenStarts[i]..<tokenStarts[i + 1]`.
    let tokenStarts: [Int]
    let tokens: [Int32]
    /// The same for users.
    let userTokenStarts: [Int]
    let userTokenList: [Int32]
    /// Samples in which each row is the target.
    let popularity: [Float]

    init(_ data: TrainingData, sequences: UserSequences, settings: TwoTowerSettings) {
        var counts = [Float](repeating: 0, count: data.items.count)
        for sample in sequences.samples { counts[Int(sequences.entries[sample].item)] += 1 }
        var rowOfItem = [Int32](repeating: -1, count: data.items.count)
        var itemOfRow: [Int32] = []
        for item in data.items.indices where counts[item] > 0 {
            rowOfItem[item] = Int32(itemOfRow.count)
            itemOfRow.append(Int32(item))
        }
        self.rowOfItem = rowOfItem
        self.itemOfRow = itemOfRow
        items = Vocabulary(itemOfRow.map { data.items[Int($0)].id })
        popularity = itemOfRow.map { counts[Int($0)] }

        let texts = data.items.map(\.tokens)
        let itemTokens = Vocabulary.counting(texts, minimum: settings.tokenMinimum, limit: settings.tokenLimit)
        let userTokens = Vocabulary.counting(
            data.userAttributes, minimum: settings.tokenMinimum, limit: settings.tokenLimit)
        self.itemTokens = itemTokens
        self.userTokens = userTokens
        (tokenStarts, tokens) = Self.flatten(texts, itemTokens)
        (userTokenStarts, userTokenList) = Self.flatten(data.userAttributes, userTokens)
    }

    private static func flatten(_ texts: [[String]], _ vocabulary: Vocabulary) -> ([Int], [Int32]) {
        var starts = [0]
        var list: [Int32] = []
        for text in texts {
            list += vocabulary.rows(of: text)
            starts.append(list.count)
        }
        return (starts, list)
    }
}
