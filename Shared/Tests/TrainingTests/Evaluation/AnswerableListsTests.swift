import Domain
import Models
import Testing

@testable import Training

/// What rankers are asked: the questions of a training whose item recall finds.
struct AnswerableListsTests {
    private static let corpus = PlantedWorld.corpus(users: 300)
    private let data = TrainingData(of: corpus, split: Split(of: corpus, options: SplitOptions(method: .last)))
    private let catalogue = ServedCatalogue(
        bundle: TestBundle.random(items: corpus.items, withRanker: false), items: corpus.items)
    /// So few candidates that recall misses many items.
    private static let limit = 12

    private func asked(_ questions: [ValidationQuestion], threads: Int = 2) -> AnswerableLists {
        var all = AnswerableLists(dimensions: catalogue.bundle.twoTower.dimensions)
        for batch in data.cases(of: questions) {
            all.append(catalogue.answerable(batch, limit: Self.limit, threads: threads))
        }
        return all
    }

    @Test(arguments: [1, 3]) func theyAreTheListsThatHaveTheirItem(threads: Int) {
        let split = Split(of: Self.corpus, options: SplitOptions(method: .last))
        let cases = EvaluationCases(of: Self.corpus, split: split, part: .validation).flatMap(\.self)
        let lists = catalogue.candidates(for: cases, limit: Self.limit)
        let expected = AnswerableLists(
            of: lists,
            targets: cases.indices.map { place in
                lists.range(of: place).first { lists.items[$0] == cases[place].target }
            })
        let found = asked(data.validation, threads: threads)
        #expect(found.questions == 300 && found.places == expected.places && found.targets == expected.targets)
        #expect((50..<200).contains(found.places.count))
        #expect(found.lists.items == expected.lists.items && found.lists.offsets == expected.lists.offsets)
        #expect(found.lists.features == expected.lists.features && found.lists.users == expected.lists.users)
        #expect(found.lists.scores == expected.lists.scores)
    }

    /// The report card is about a part of the questions that the choice is made on.
    @Test func someOfThemAreAsThoughTheyAloneWereAsked() {
        let places = (0..<100).map { 3 * $0 + 1 }
        let some = asked(data.validation).asking(places)
        let alone = asked(places.map { data.validation[$0] })
        #expect(some.questions == 100 && some.places == alone.places && some.targets == alone.targets)
        #expect(some.lists.items == alone.lists.items && some.lists.features == alone.lists.features)
        #expect(!some.places.isEmpty && some.places.count < 100)
    }
}
