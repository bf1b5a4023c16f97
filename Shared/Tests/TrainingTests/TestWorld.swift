import Domain
import Training

/// Corpora for tests, written as lists of items.
enum TestWorld {
    static let day: Int64 = 86_400_000

    /// One user a list, one click an item, a day apart; user `u` starts `u` minutes after the first.
    static func corpus(
        _ sequences: [[ItemNumber]], items: Int? = nil, tokens: ((Int) -> [String])? = nil, hasRealTime: Bool = true
    ) -> Corpus {
        var interactions: [Interaction] = []
        for (user, sequence) in sequences.enumerated() {
            for (place, item) in sequence.enumerated() {
                let timestamp = Int64(place + 1) * day + Int64(user) * 60_000
                interactions.append(click(UInt32(user), item, timestamp))
            }
        }
        interactions.sort { $0.entry.timestamp < $1.entry.timestamp }
        let count = items ?? Int(sequences.flatMap { $0 }.max() ?? 0) + 1
        return Corpus(
            items: (0..<count).map { Item(id: "i\($0)", categories: tokens?($0) ?? []) },
            users: sequences.indices.map { "u\($0)" }, userAttributes: sequences.map { _ in [] },
            interactions: interactions, hasRealTime: hasRealTime)
    }

    static func click(_ user: UInt32, _ item: ItemNumber, _ timestamp: Int64, weight: Float = 1) -> Interaction {
        Interaction(
            user: user, entry: HistoryEntry(item: item, kind: .click, weight: weight, timestamp: timestamp))
    }
}
