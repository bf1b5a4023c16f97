import Contracts
import Deadline
import Domain
import Foundation
import ModelHost
import Models
import Stack
import Testing
import UserFeatures

@Suite struct ExplanationTests {
    /// While others' events change the statistics all the time, an answer tells the features that its scores were
    /// computed from, not those of a moment later.
    @Test func featuresAreThoseOfTheScores() async throws {
        let running = try await RunningStack()
        let url = running.door.url
        let noise = Task {
            let connection = try Connection(url)
            var moment = PlantedWorld.end
            while !Task.isCancelled {
                moment += 3_600_000
                try connection.click("bike-user\(moment / 3_600_000 % 50)", "tea\(moment / 3_600_000 % 30)", at: moment)
                await Task.yield()
            }
        }
        let connection = try running.connect()
        let live = try #require(running.stack.host.current)
        let state = try #require(await running.stack.users.states(of: ["tea-user1"], by: .never).first?.state)
        for _ in 0..<40 {
            let answer = try connection.recommend("user=tea-user1&n=200&explain=1")
            let served = answer.items.map(\.score.bitPattern)
            #expect(try scores(of: answer, for: state, live).map(\.bitPattern) == served)
        }
        noise.cancel()
        try await noise.value
    }

    /// What the ranker makes of the features that an answer tells.
    private func scores(of answer: Recommendation, for state: UserState, _ live: LiveModel) throws -> [Float] {
        let ranker = try #require(live.bundle.ranker)
        var vector = [Float](repeating: 0, count: live.bundle.twoTower.dimensions)
        var scratch = TwoTowerScratch()
        var output = vector.mutableSpan
        live.bundle.twoTower.encodeUsers([state], items: live.vectors, into: &output, scratch: &scratch)
        let features = try answer.items.flatMap { item in
            try RankingFeature.specification.map { try #require(item.explain?.features?[$0]) }
        }
        let numbers = Dictionary(
            uniqueKeysWithValues: PlantedWorld.items.enumerated().map { ($1.id, ItemNumber($0)) })
        let items = try answer.ids.map { try #require(numbers[$0]) }
        var scores = [Float](repeating: 0, count: items.count)
        var span = scores.mutableSpan
        var ranking = RankerScratch()
        ranker.score(
            userVectors: vector.span, offsets: [0, items.count].span, candidates: items.span, features: features.span,
            items: live.vectors, into: &span, scratch: &ranking)
        return scores
    }
}
