import Domain
import Models
import Testing

@testable import Training

/// Which candidates a ranker learns from.
struct RankerListTests {
    /// The last interaction of each user came of an answer that showed four items beside it.
    private func data(users: Int = 12) -> (TrainingData, questions: [Int], shown: [Set<ItemNumber>]) {
        let corpus = PlantedWorld.corpus(users: users, length: 6)
        var train: [Interaction] = []
        var questions: [Int] = []
        var shown: [Set<ItemNumber>] = []
        let last = (0..<UInt32(users)).map { user in corpus.interactions.lastIndex { $0.user == user } }
        for (place, interaction) in corpus.interactions.enumerated() {
            guard last.contains(place) else {
                train.append(interaction)
                continue
            }
            let first = interaction.entry.item / 12 * 12
            let known = Set(corpus.interactions[..<place].filter { $0.user == interaction.user }.map(\.entry.item))
            let others = (first..<(first + 12)).filter { $0 != interaction.entry.item && !known.contains($0) }.suffix(4)
            for item in others + [interaction.entry.item] {
                var entry = interaction.entry
                (entry.item, entry.kind, entry.weight) = (item, .impression, 0)
                train.append(Interaction(user: interaction.user, entry: entry, request: UInt64(place + 1)))
            }
            questions.append(train.count)
            shown.append(Set(others))
            train.append(Interaction(user: interaction.user, entry: interaction.entry, request: UInt64(place + 1)))
        }
        let data = TrainingData(
            items: corpus.items, userAttributes: corpus.userAttributes, train: train, validation: [])
        return (data, questions, shown)
    }

    private func lists(best: Int, weight: Float) -> (RankerLists, shown: [Set<ItemNumber>], targets: [ItemNumber]) {
        let (data, questions, shown) = data()
        let catalogue = ServedCatalogue(
            bundle: TestBundle.random(items: data.items, withRanker: false), items: data.items)
        var settings = RankerSettings()
        (settings.candidates, settings.best, settings.drawn, settings.threads) = (48, best, 6, 1)
        settings.shownWeight = weight
        let lists = RankerListBuilder(data: data, catalogue: catalogue, settings: settings).lists(of: questions)
        return (lists, shown, questions.map { data.train[$0].entry.item })
    }

    @Test func whatWasShownAndLeftIsAmongThem() {
        let (lists, shown, targets) = lists(best: 5, weight: 3)
        #expect(lists.count == shown.count)
        for list in 0..<lists.count {
            let rows = (list * lists.length)..<((list + 1) * lists.length)
            #expect(lists.items[rows.lowerBound] == Int32(targets[list]))
            let left = rows.filter { lists.offsets[$0] == logarithm(3) }
            #expect(Set(left.map { ItemNumber(lists.items[$0]) }) == shown[list])
            // The rest is the best one that was not shown, and six that stand for all others.
            #expect(rows.count { lists.offsets[$0] == 0 } == 2)
            let drawn = rows.dropFirst(6).map { lists.offsets[$0] }
            #expect(drawn.count == 6 && drawn.allSatisfy { $0 == drawn[0] && $0 > 1 })
            #expect(Set(lists.items[rows]).count == rows.count)
        }
    }

    @Test func whatIsNotKnownToBeShownIsNot() {
        var shown = ShownItems()
        func interaction(_ item: ItemNumber, _ kind: EventKind, request: UInt64) -> Interaction {
            Interaction(user: 1, entry: HistoryEntry(item: item, kind: kind, weight: 1, timestamp: 1), request: request)
        }
        for item in [3, 4, 5] as [ItemNumber] { shown.apply(interaction(item, .impression, request: 8)) }
        #expect(shown.items(beside: interaction(4, .click, request: 8)) == [3, 5])
        #expect(shown.items(beside: interaction(4, .click, request: 9)).isEmpty)
        #expect(shown.items(beside: interaction(4, .click, request: 0)).isEmpty)
        shown.apply(interaction(6, .impression, request: 9))
        #expect(shown.items(beside: interaction(4, .click, request: 9)) == [6])
        #expect(shown.items(beside: interaction(4, .click, request: 8)).isEmpty)
    }

    /// Lists that say the same, few or many of them: the more, the further from the recall score.
    @Test func fewListsLeaveTheLinearModelAtTheRecallScore() {
        let (score, trend) = (RankingFeature.recallScore.rawValue, RankingFeature.trend.rawValue)
        func model(repeats: Int) -> [Float] {
            var lists = RankerLists(length: 2, dimensions: 1, features: RankingFeature.count)
            for place in 0..<(8 * repeats) {
                // Of eight lists, seven say to take what is on the rise, and the recall score says nothing.
                var rows = [Float](repeating: 0, count: 2 * RankingFeature.count)
                rows[place % 8 == 0 ? RankingFeature.count + trend : trend] = 1
                rows[place % 2 == 0 ? RankingFeature.count + score : score] = 1
                lists.append(user: [1], items: [0, 1], rows: rows, offsets: [0, 0], worth: 1)
            }
            return lists.linearModel(lists.featureMoments(), threads: 1)
        }
        let (few, many) = (model(repeats: 1), model(repeats: 100))
        #expect(few[trend] > 0 && many[trend] > 1.5 * few[trend])
        #expect(abs(few[score] - 1) < 0.5 * abs(many[score] - 1))
    }
}
