import Domain

/// Which interactions of the training part the ranker learns from: the last first meetings with liked items
/// of some users.
struct RankerQuestions {
    /// Indices into the training part, ascending.
    private(set) var indices: [Int] = []
    /// Whether an interaction is kept from the recall model: a question, or what its user did after it.
    private(set) var isHeldOut: [Bool]

    init(_ data: TrainingData, settings: RankerSettings) {
        isHeldOut = [Bool](repeating: false, count: data.train.count)
        var meetings = [[Int]](repeating: [], count: data.userCount)
        var liked = [Set<ItemNumber>](repeating: [], count: data.userCount)
        for interaction in data.train where interaction.entry.weight > 0 && interaction.entry.kind != .impression {
            liked[Int(interaction.user)].insert(interaction.entry.item)
        }
        for (place, interaction) in data.train.enumerated() where interaction.entry.kind != .impression {
            if liked[Int(interaction.user)].remove(interaction.entry.item) != nil {
                meetings[Int(interaction.user)].append(place)
            }
        }
        // Where that is more than enough, only some users are asked: what is held out, the recall model misses.
        var random = RandomSource(seed: settings.seed)
        var users = Array(0..<data.userCount)
        random.shuffle(&users)
        for user in users where meetings[user].count >= 3 {
            let own = meetings[user]
            let number = min(settings.perUser, max(1, Int(Double(own.count) * settings.share)))
            guard indices.count + number <= settings.lists else { break }
            indices += own.suffix(number)
        }
        indices.sort()
        holdOut(from: indices, in: data)
    }

    private mutating func holdOut(from chosen: [Int], in data: TrainingData) {
        var begin = [Int](repeating: Int.max, count: data.userCount)
        for place in chosen.reversed() { begin[Int(data.train[place].user)] = place }
        for (place, interaction) in data.train.enumerated() { isHeldOut[place] = place >= begin[Int(interaction.user)] }
    }
}
