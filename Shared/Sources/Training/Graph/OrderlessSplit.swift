public import Domain

/// A split without order as the product sees it: what users took to learn from are clicks of one moment, in random order, what is
/// asked comes after all of them.
public struct OrderlessSplit: Sendable {
    /// To train on. Of some users one item is kept out of what is learned from, as the product keeps questions to validate by.
    public let data: TrainingData
    /// A question for each user who is asked about; its target is one of the wanted items.
    public let cases: [EvaluationCase]
    /// The items that the user of a question is to find.
    public let wanted: [Set<ItemNumber>]

    /// - Parameters:
    ///   - limits: of what is remembered of a user.
    ///   - questions: users with a question to validate by, at most.
    ///   - exponent: how these lean towards popular items, see ``InteractionSplit/holdingOut(share:exponent:seed:)``.
    public init(
        _ split: InteractionSplit, limits: UserState.Limits, questions: Int = 10_000,
        exponent: Float = InteractionSplit.lean,
        seed: UInt64
    ) {
        let held = split.holdingOut(share: 0.1, exponent: exponent, seed: seed &+ 1).asking(
            atMost: questions, seed: seed)
        var random = RandomSource(seed: seed)
        let items = split.train.map { items in
            var items = items
            random.shuffle(&items)
            return items
        }
        var (targets, train, statistics) = ([Int: Int32](), [Interaction](), ItemStatistics())
        for user in split.train.indices {
            let questions = held.test[user]
            if !questions.isEmpty { targets[user] = questions[random.below(questions.count)] }
            for item in items[user] where item != targets[user] {
                let interaction = Interaction(user: UInt32(user), entry: Self.entry(item))
                train.append(interaction)
                statistics.apply(interaction.entry)
            }
        }
        statistics.grow(to: split.itemCount)
        func question(_ user: Int, _ target: Int32, _ items: [Int32]) -> EvaluationCase {
            var state = UserState()
            for item in items { state.apply(Self.entry(item), limits: limits) }
            return EvaluationCase(
                user: UInt32(user), target: ItemNumber(target), state: state, liked: items.map { ItemNumber($0) },
                statistics: statistics, counted: train.count)
        }
        data = TrainingData(
            items: (0..<split.itemCount).map { Item(id: "\($0)") },
            userAttributes: [[String]](repeating: [], count: split.train.count), train: train,
            validation: targets.sorted { $0.key < $1.key }.map { user, target in
                ValidationQuestion(question(user, target, items[user].filter { $0 != target }))
            })
        let asked = split.test.indices.filter { !split.test[$0].isEmpty }
        cases = asked.map { question($0, split.test[$0][0], items[$0]) }
        wanted = asked.map { Set(split.test[$0].map { ItemNumber($0) }) }
    }

    private static func entry(_ item: Int32) -> HistoryEntry {
        HistoryEntry(item: ItemNumber(item), kind: .click, weight: 1, timestamp: 1)
    }

    /// Asks a recommender all questions, and measures as ``FullRanking`` does.
    public func measure(_ recommender: some Recommender) async throws -> FullRanking.Quality {
        var quality = FullRanking.Quality()
        for start in stride(from: 0, to: cases.count, by: EvaluationCases.batchSize) {
            let range = start..<min(start + EvaluationCases.batchSize, cases.count)
            let lists = try await recommender.recommend(for: Array(cases[range]), count: FullRanking.cutoff)
            for (place, list) in zip(range, lists) {
                quality.add(list.map { wanted[place].contains($0) }, of: wanted[place].count)
            }
        }
        return quality.averaged()
    }
}
