import Domain
import Models
import Testing

@testable import Training

/// Links of training data as features of what recall gives.
@Suite struct LinkFeatureTests {
    /// Every user takes a pair of neighbours among many items, always the even one first.
    private static let pairs = 120
    private let corpus = TestWorld.corpus(
        (0..<2 * pairs).map { user in [ItemNumber(2 * (user % pairs)), ItemNumber(2 * (user % pairs) + 1)] })

    /// Everything that recall has but the item that the user had, for a user of each pair.
    private func candidates() -> (lists: CandidateLists, targets: [ItemNumber]) {
        let towers = TestBundle.random(items: corpus.items, withRanker: false)
        let links = ItemLinks(
            of: corpus.interactions, users: corpus.users.count,
            rows: corpus.items.map { towers.twoTower.items.row(of: $0.id) }, count: corpus.items.count,
            roots: .latest, threads: 2)
        let bundle = ModelBundle(
            version: "", twoTower: towers.twoTower, ranker: nil, links: links, description: towers.description)
        let targets = (0..<ItemNumber(Self.pairs)).map { 2 * $0 + 1 }
        let cases = targets.map { target in
            var state = UserState()
            state.apply(
                HistoryEntry(item: target - 1, kind: .click, weight: 1, timestamp: 1), limits: UserState.Limits())
            return EvaluationCase(
                user: 0, target: target, state: state, liked: [], statistics: ItemStatistics(), counted: 0)
        }
        return (ServedCatalogue(bundle: bundle, items: corpus.items).candidates(for: cases, limit: 240), targets)
    }

    @Test func theLinkIsAFeature() {
        let (lists, targets) = candidates()
        let width = RankingFeature.count
        for (place, target) in targets.enumerated() {
            #expect(lists.items[lists.range(of: place)].contains(target))
            for row in lists.range(of: place) {
                let following = lists.features[row * width + RankingFeature.followingRecent.rawValue]
                let company = lists.features[row * width + RankingFeature.companyLong.rawValue]
                #expect((following > 5) == (lists.items[row] == target))
                #expect((company > 5) == (lists.items[row] == target))
            }
        }
    }

    /// The strongest are kept, under the rules that sequences are counted by.
    @Test func linksAreThoseOfFirstMeetingsWithLikedItems() {
        var interactions = [3, 1, 3, 2].enumerated().map { TestWorld.click(0, $1, Int64($0)) }
        interactions.append(TestWorld.click(0, 4, 9, weight: -1))
        let links = ItemLinks(
            of: interactions, users: 1, rows: [nil, 0, 1, 2, 3], count: 4, roots: .latest, threads: 1)
        #expect(links[2].map(\.target) == [0, 1])
        #expect(links[2][0].weights == [1, 1, 1, 0])
        #expect(abs(links[2][1].weights.x - 0.5) < 0.01)
        #expect(links[0].map(\.target).sorted() == [1, 2] && links[3].isEmpty)
        #expect(links[1].allSatisfy { $0.weights.x == 0 })
        let many = (0..<300).map { TestWorld.click(0, ItemNumber($0), Int64($0)) }
        let all = ItemLinks(of: many, users: 1, rows: (0..<300).map { $0 }, count: 300, roots: .latest, threads: 2)
        #expect((0..<300).allSatisfy { all[$0].count <= ItemLinks.strongest })
        #expect(all[150].contains { $0.target == 151 } && all[150].contains { $0.target == 149 })
    }

    /// Histories without order have company alone, whatever order they come in.
    @Test func linksWithoutOrderAreCompany() {
        func links(_ items: [[ItemNumber]]) -> ItemLinks {
            ItemLinks(
                of: items.enumerated().flatMap { user, items in items.map { TestWorld.click(UInt32(user), $0, 1) } },
                users: items.count, rows: [0, 1, 2, 3], count: 4, roots: .all, threads: 1)
        }
        let lists: [[ItemNumber]] = [[0, 1, 2], [1, 0], [3, 0]]
        let found = links(lists)
        #expect(found.roots == .all && found == links(lists.map { $0.reversed() }))
        for (item, other, users) in [(0, 1, 2), (0, 2, 1), (0, 3, 1), (1, 2, 1)] {
            let degrees: [Float] = [3, 2, 1, 1]
            let weights = found[item].first { $0.target == other }?.weights
            let expected = Float(users) / (degrees[item] * degrees[other]).squareRoot()
            #expect(weights.map { abs($0.y - expected) < 0.01 && $0.x == 0 && $0.z == 0 } == true)
        }
    }
}
