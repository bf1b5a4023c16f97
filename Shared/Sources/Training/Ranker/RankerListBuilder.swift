import Domain
import Models

/// Replays the training part and stops at the interactions that the ranker learns from: what recall would have given
/// just before, with the features of that moment.
struct RankerListBuilder {
    let data: TrainingData
    let catalogue: ServedCatalogue
    let settings: RankerSettings

    /// Questions that are answered together.
    private static let batch = 256

    /// The lists of some interactions of the training part, given as ascending indices.
    func lists(of questions: [Int]) -> RankerLists {
        var users = data.userAttributes.map(UserState.init(attributes:))
        var statistics = ItemStatistics()
        statistics.grow(to: data.items.count)
        var lists = emptyLists()
        var pending: [RankerQuestion] = []
        var shown = ShownItems()
        var next = 0
        var (shared, counted) = (statistics, 0)
        for (place, interaction) in data.train.enumerated() {
            if next < questions.count, questions[next] == place {
                next += 1
                if pending.isEmpty { (shared, counted) = (statistics, place) }
                // Counted as of the batch's beginning: never with what came later, at most a batch too old.
                var seen = shared
                seen.advance(to: interaction.entry.timestamp)
                pending.append(
                    RankerQuestion(
                        moment: EvaluationCase(
                            user: interaction.user, target: interaction.entry.item, state: users[Int(interaction.user)],
                            liked: [], statistics: seen, counted: counted), worth: interaction.entry.weight,
                        shown: shown.items(beside: interaction)))
                if pending.count == Self.batch {
                    lists.append(answer(pending, seed: place))
                    pending.removeAll(keepingCapacity: true)
                }
            }
            users[Int(interaction.user)].apply(interaction.entry, limits: UserState.Limits())
            statistics.apply(interaction.entry)
            shown.apply(interaction)
        }
        if !pending.isEmpty { lists.append(answer(pending, seed: data.train.count)) }
        return lists
    }

    private func emptyLists() -> RankerLists {
        RankerLists(
            length: 1 + settings.best + settings.drawn, dimensions: catalogue.bundle.twoTower.dimensions,
            features: RankingFeature.count)
    }

    /// The lists of some questions, shared out to the threads.
    private func answer(_ questions: [RankerQuestion], seed: Int) -> RankerLists {
        let results = Collected<RankerLists>(count: settings.threads)
        let threads = settings.threads
        Parallel.run(threads) { [self] part in
            let range = Parallel.share(of: questions.count, part: part, parts: threads)
            var random = RandomSource(seed: settings.seed &+ UInt64(seed) &* 31 &+ UInt64(part))
            results.set(answerPart(Array(questions[range]), &random), at: part)
        }
        var lists = emptyLists()
        for part in results.values { lists.append(part) }
        return lists
    }

    private func answerPart(
        _ questions: [RankerQuestion], _ random: inout RandomSource
    ) -> RankerLists {
        var lists = emptyLists()
        guard !questions.isEmpty else { return lists }
        let answerable = catalogue.answerable(questions.map(\.moment), limit: settings.candidates)
        let found = answerable.lists
        let width = catalogue.bundle.twoTower.dimensions
        let temperature = catalogue.bundle.twoTower.temperature
        let features = RankingFeature.count
        for (list, place) in answerable.places.enumerated() {
            let asked = questions[place]
            let user = found.users[(list * width)..<((list + 1) * width)]
            let (chosen, offsets) = choose(
                own: answerable.targets[list], from: found.range(of: list),
                shown: { asked.shown.contains(found.items[$0]) }, &random)
            lists.append(
                user: user.map { $0 * temperature }[...], items: chosen.map { Int32(found.items[$0]) },
                rows: chosen.flatMap { found.features[($0 * features)..<(($0 + 1) * features)] }, offsets: offsets,
                worth: asked.worth)
        }
        return lists
    }

    /// The taken candidate, those that were shown beside it and left, the best ones, and some of the rest, each of which
    /// stands for several. What was left counts as ``RankerSettings/shownWeight`` candidates.
    private func choose(
        own: Int, from range: Range<Int>, shown: (Int) -> Bool, _ random: inout RandomSource
    ) -> (chosen: [Int], offsets: [Float]) {
        let left = Array(range.filter { $0 != own && shown($0) }.prefix(settings.best))
        let others = range.filter { $0 != own && !left.contains($0) }
        let best = settings.best - left.count
        var chosen = [own] + left + others.prefix(best)
        var offsets = [Float](repeating: 0, count: chosen.count)
        for place in left.indices { offsets[1 + place] = logarithm(settings.shownWeight) }
        var rest = Array(others.dropFirst(best))
        let number = min(settings.drawn, rest.count)
        let offset = logarithm(Float(rest.count) / Float(max(1, number)))
        for place in 0..<number {
            rest.swapAt(place, place + random.below(rest.count - place))
            chosen.append(rest[place])
            offsets.append(offset)
        }
        return (chosen, offsets)
    }
}
