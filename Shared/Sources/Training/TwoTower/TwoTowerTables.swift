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
    /// What each of those counts in its item: 1 / number of the item's tokens.
    let tokenShares: [Float]
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
        let (starts, tokens) = Self.flatten(texts, itemTokens)
        (tokenStarts, self.tokens) = (starts, tokens)
        tokenShares = zip(starts, starts.dropFirst()).flatMap { start, end in
            [Float](repeating: 1 / Float(max(1, end - start)), count: end - start)
        }
        (userTokenStarts, userTokenList) = Self.flatten(data.userAttributes, userTokens)
    }

    /// The tokens of an item, and what each counts.
    @unsafe
    func withTokens(of item: Int, _ body: (UnsafeBufferPointer<Int32>, UnsafePointer<Float>) -> Void) {
        let range = tokenStarts[item]..<tokenStarts[item + 1]
        guard !range.isEmpty else { return }
        unsafe tokens.withUnsafeBufferPointer { tokens in
            unsafe tokenShares.withUnsafeBufferPointer { shares in
                guard let shares = shares.baseAddress else { return }
                unsafe body(UnsafeBufferPointer(rebasing: tokens[range]), shares + range.lowerBound)
            }
        }
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
