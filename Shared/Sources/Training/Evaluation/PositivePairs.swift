import Domain

/// Who took what in the training part: pairs of user and item with at least one positive interaction, each once.
struct PositivePairs: Sendable {
    /// The longest row of one user: later items beyond it do not count, so that one robot does not cost a quadratic time.
    static let limit = 4096

    let itemCount: Int
    /// Items of each user in the order of first arrival.
    private(set) var itemsByUser: [[ItemNumber]]

    init(of corpus: Corpus, split: Split) {
        itemCount = corpus.items.count
        itemsByUser = [[ItemNumber]](repeating: [], count: corpus.users.count)
        var met: Set<UInt64> = []
        for (index, interaction) in corpus.interactions.enumerated() {
            let entry = interaction.entry
            guard split.isTraining(index), entry.weight > 0, entry.kind != .impression,
                itemsByUser[Int(interaction.user)].count < Self.limit,
                met.insert(UInt64(interaction.user) << 32 | UInt64(entry.item)).inserted
            else { continue }
            itemsByUser[Int(interaction.user)].append(entry.item)
        }
    }

    /// How many users took each item.
    func counts() -> [Int] {
        var counts = [Int](repeating: 0, count: itemCount)
        for items in itemsByUser {
            for item in items { counts[Int(item)] += 1 }
        }
        return counts
    }

    /// Ascending users of each item.
    func usersByItem() -> [[UInt32]] {
        var users = [[UInt32]](repeating: [], count: itemCount)
        for (user, items) in itemsByUser.enumerated() {
            for item in items { users[Int(item)].append(UInt32(user)) }
        }
        return users
    }
}
