import Domain

/// The users' interactions one user after another, each in time order: what a replay through `UserState.apply` gives a
/// user at any moment is a slice of it.
struct UserSequences: Sendable {
    /// Interactions but impressions, by user and time.
    private(set) var entries: [HistoryEntry] = []
    /// Where each user's entries begin, and where the last one's end.
    private(set) var starts: [Int]
    /// Indices into `entries` of what can be learned from: a user's first meeting with an item that the user was for.
    private(set) var samples: [Int] = []
    /// The item of each sample.
    private(set) var sampleItems: [Int32] = []
    /// Where each user's samples begin, and where the last one's end.
    private(set) var sampleStarts: [Int]

    /// Sequences of interactions in time order.
    init(_ interactions: [Interaction], users: Int) {
        var counts = [Int](repeating: 0, count: users + 1)
        for interaction in interactions where interaction.entry.kind != .impression {
            counts[Int(interaction.user) + 1] += 1
        }
        for user in 0..<users { counts[user + 1] += counts[user] }
        starts = counts
        entries = [HistoryEntry](
            repeating: HistoryEntry(item: 0, kind: .other, weight: 0, timestamp: 0), count: counts[users])
        for interaction in interactions where interaction.entry.kind != .impression {
            entries[counts[Int(interaction.user)]] = interaction.entry
            counts[Int(interaction.user)] += 1
        }
        sampleStarts = [0]
        sampleStarts.reserveCapacity(users + 1)
        for user in 0..<users {
            collectSamples(of: user)
            sampleStarts.append(samples.count)
        }
    }

    /// Users there are.
    var userCount: Int { starts.count - 1 }

    /// What a user did before the entry at `index`, as much as `limit` allows.
    func history(of user: Int, before index: Int, limit: Int) -> Range<Int> {
        max(starts[user], index - limit)..<index
    }

    private mutating func collectSamples(of user: Int) {
        let range = starts[user]..<starts[user + 1]
        var liked: Set<ItemNumber> = []
        for index in range where entries[index].weight > 0 { liked.insert(entries[index].item) }
        var met: Set<ItemNumber> = []
        for index in range where met.insert(entries[index].item).inserted {
            guard liked.contains(entries[index].item) else { continue }
            samples.append(index)
            sampleItems.append(Int32(entries[index].item))
        }
    }

    /// Puts entries of one user and one moment into a random order: the order in which a file happens to list what has
    /// the same time says nothing about what came first.
    mutating func shuffleTies(using random: inout RandomSource) {
        for user in 0..<userCount {
            var start = starts[user]
            var changed = false
            while start < starts[user + 1] {
                var end = start + 1
                while end < starts[user + 1], entries[end].timestamp == entries[start].timestamp { end += 1 }
                if end - start > 1 {
                    for place in stride(from: end - 1, to: start, by: -1) {
                        entries.swapAt(place, start + random.below(place - start + 1))
                    }
                    changed = true
                }
                start = end
            }
            if changed { refreshSamples(of: user) }
        }
    }

    /// The samples of a user after a change of order: their number stays, for it is that of the liked items.
    private mutating func refreshSamples(of user: Int) {
        var liked: Set<ItemNumber> = []
        let range = starts[user]..<starts[user + 1]
        for index in range where entries[index].weight > 0 { liked.insert(entries[index].item) }
        var place = sampleStarts[user]
        for index in range where liked.remove(entries[index].item) != nil {
            samples[place] = index
            sampleItems[place] = Int32(entries[index].item)
            place += 1
        }
    }
}
