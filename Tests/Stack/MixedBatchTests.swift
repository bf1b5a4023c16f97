import Contracts
import Deadline
import Domain
import EventLoop
import Metrics
import Stack
import Testing

@testable import Gateway

/// Batches whose requests stand on different rungs.
@Suite struct MixedBatchTests {
    private static func request(_ user: String, count: Int = 5, explain: Bool = false) -> RecommendRequest {
        RecommendRequest(
            user: user, count: count, category: nil, exclude: [], diversity: 0, explain: explain, shown: [])
    }

    private static func recommender(_ services: GatewayServices) -> Recommender {
        let metrics = MetricRegistry()
        return Recommender(services, counters: GatewayCounters(metrics), meter: StageMeter(metrics)) { _ in }
    }

    private static func answers(_ recommender: Recommender, _ requests: [RecommendRequest]) async -> Answers {
        let clock = StageClock(arrival: EventLoop.preciseNow, budget: 60_000_000_000)
        return await recommender.answers(to: requests, clock: clock) { _ in }
    }

    /// The items of an answer, however it was made.
    private static func items(_ answers: Answers, _ place: Int) -> [ItemNumber] {
        switch answers.answers[place].content {
        case .cascade(let query): answers.cascade.list(query).items
        case .list(let list): list.items
        case .shown: []
        }
    }

    @Test func everyRequestHasItsOwnRung() async throws {
        let running = try await RunningStack()
        let faults = Faults()
        var services = faults.applied(to: running.stack.gatewayServices(keyHashes: []))
        services.cache = MemoryCache()
        let recommender = Self.recommender(services)
        _ = await Self.answers(recommender, [Self.request("tea-user1"), Self.request("tea-user2")])
        // One has an answer, one a row, one a list of an erased row, two are lost for good, two are as ever.
        faults.lose(["tea-user2", "tea-user3"])
        let users = ["bike-user1", "tea-user1", "tea-user2", "tea-user3", "bike-user2", "tea-user2", "nobody"]
        var requests = users.map { Self.request($0) }
        requests[5] = Self.request("tea-user2", count: 6)
        let answers = await Self.answers(recommender, requests)
        #expect(
            answers.answers.map(\.rung) == [
                .fresh, .fresh, .cachedFeatures, .popular, .fresh, .cachedFeatures, .fresh,
            ])
        for (place, request) in requests.enumerated() {
            let alone = await Self.answers(recommender, [request])
            #expect(Self.items(answers, place) == Self.items(alone, 0), "\(place)")
            #expect(Self.items(answers, place).count == request.count)
        }
        // Without recall, those that have an answer keep it; the others fall, each as far as it must.
        faults.set(.recall, .broken)
        requests[0] = Self.request("bike-user1", count: 7)
        requests[4] = Self.request("bike-user3")
        let fallen = await Self.answers(recommender, requests)
        #expect(
            fallen.answers.map(\.rung) == [
                .popularSegment, .fresh, .cachedFeatures, .popular, .popularSegment, .cachedFeatures, .fresh,
            ])
    }

    @Test func anExplanationIsNotTakenFromTheCache() async throws {
        let running = try await RunningStack()
        let faults = Faults()
        var services = faults.applied(to: running.stack.gatewayServices(keyHashes: []))
        services.cache = MemoryCache()
        let recommender = Self.recommender(services)
        let first = await Self.answers(recommender, [Self.request("tea-user1")])
        let both = await Self.answers(
            recommender, [Self.request("tea-user1", explain: true), Self.request("tea-user1")])
        #expect(both.cascade.features != nil && both.cascade.candidates.count == 1)
        #expect(Self.items(both, 0) == Self.items(first, 0) && Self.items(both, 1) == Self.items(first, 0))
    }

    @Test func aRequestThatCannotWaitIsAnsweredFromTheCatalogueAlone() async throws {
        let running = try await RunningStack()
        let services = running.stack.gatewayServices(keyHashes: [])
        let recommender = Self.recommender(services)
        let stranger = recommender.lastResort([Self.request("tea-user1")], rows: nil)
        #expect(stranger.answers[0].rung == .popular && Self.items(stranger, 0).count == 5)
        let rows = await recommender.rows(
            of: [Self.request("tea-user1")], clock: StageClock(arrival: EventLoop.preciseNow, budget: 60_000_000_000))
        let known = recommender.lastResort([Self.request("tea-user1")], rows: rows)
        #expect(known.answers[0].rung == .popularSegment)
        #expect(Set(Self.items(known, 0)).isDisjoint(with: rows.states[0].seen))
    }

    @Test func stagesEndBeforeTheRequestsTimeIsOver() {
        let now = EventLoop.preciseNow
        let budget: UInt64 = 60_000_000_000
        let clock = StageClock(arrival: now, budget: budget)
        #expect(clock.last.nanoseconds == now + budget / 10 * 9 && clock.limit < now + budget)
        #expect(clock.limit > clock.last.nanoseconds)
        for stage in Stage.allCases {
            let end = clock.deadline(of: stage)
            #expect(end > .after(nanoseconds: 0) && end <= clock.last)
            #expect((stage == .rerank) == (end == clock.last))
        }
        // A stage that begins when all time is over has none.
        let over = StageClock(arrival: now - 2 * budget, budget: budget)
        for stage in Stage.allCases { #expect(over.deadline(of: stage).hasPassed) }
        #expect(!StageClock.isTooLate(arrival: now, now: now, budget: budget))
        #expect(!StageClock.isTooLate(arrival: now, now: now - 5, budget: budget))
        #expect(!StageClock.isTooLate(arrival: now, now: now + budget / 2, budget: budget))
        #expect(StageClock.isTooLate(arrival: now, now: now + budget, budget: budget))
    }
}
