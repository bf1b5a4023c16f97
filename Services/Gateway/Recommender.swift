import Contracts
import Deadline
import Domain

/// The cascade: user features → result cache → recall → ranking → re-rank, for a whole batch at once, and the ladder below
/// it (``Rung``).
///
/// Each stage is a role behind a protocol; whether it runs here or elsewhere is not known here. What a stage does not
/// deliver by its deadline the next rung does without.
// @unchecked: belongs to its shard's loop.
final class Recommender: @unchecked Sendable {
    let users: any UserFeaturesService
    let catalogue: any ItemCatalogue
    let recall: any RecallService
    let ranking: any RankingService
    let rerank: any RerankService
    /// Nil when none is configured: its steps are left out.
    let cache: (any GatewayCache)?
    let candidates: Int
    let counters: GatewayCounters
    private let meter: StageMeter
    private let failed: (StageFailure) -> Void
    private let model: @Sendable () -> String?
    /// The model that made the last fresh answer, for a process that does not know which one is live.
    var lastModel: String?

    /// - Parameter failed: told of each stage of a batch that did not answer.
    init(
        _ services: GatewayServices, counters: GatewayCounters, meter: StageMeter,
        failed: @escaping (StageFailure) -> Void
    ) {
        users = services.users
        catalogue = services.items
        recall = services.recall
        ranking = services.ranking
        rerank = services.rerank
        cache = services.cache is NoCache ? nil : services.cache
        candidates = services.configuration.candidates
        model = services.model
        self.counters = counters
        self.meter = meter
        self.failed = failed
    }

    /// The version of the live model, as far as it is known here.
    var liveModel: String? { model() ?? lastModel }

    /// Answers for all requests of a batch; never fails.
    ///
    /// - Parameter known: told what is known of the users as soon as it is, for who cannot wait for the answers.
    func answers(
        to requests: [RecommendRequest], clock: StageClock, known: (KnownRows) -> Void
    ) async -> Answers {
        var lap = meter.start()
        let rows = await rows(of: requests, clock: clock)
        known(rows)
        lap.end(.users)
        let snapshot = catalogue.snapshot()
        if snapshot.rows.count == 0, let cache { return await shown(requests, from: cache, snapshot, by: clock.last) }
        var answers = Answers(answers: [], catalogue: snapshot)
        if let cache {
            let found = await lookUp(requests, rows: rows, in: cache, snapshot, clock: clock)
            lap.end(.cache)
            let open = found.indices.filter { found[$0] == nil }
            let made = await cascade(Part(requests, rows, open), into: &answers, clock: clock, lap: &lap)
            keep(made, of: Part(requests, rows, open), answers.cascade, in: cache)
            var next = made.makeIterator()
            answers.answers = found.compactMap { $0 ?? next.next() }
        } else {
            answers.answers = await cascade(Part(requests, rows), into: &answers, clock: clock, lap: &lap)
        }
        return answers
    }

    /// Requests of a batch that go through the cascade together.
    struct Part {
        let requests: [RecommendRequest]
        let states: [UserState]
        let origins: [KnownRows.Origin]

        /// All of them.
        init(_ requests: [RecommendRequest], _ rows: KnownRows) {
            self.requests = requests
            states = rows.states
            origins = rows.origins
        }

        /// Those at some places.
        init(_ requests: [RecommendRequest], _ rows: KnownRows, _ places: [Int]) {
            let areAll = places.count == requests.count
            self.requests = areAll ? requests : places.map { requests[$0] }
            states = areAll ? rows.states : places.map { rows.states[$0] }
            origins = areAll ? rows.origins : places.map { rows.origins[$0] }
        }
    }

    private func cascade(
        _ part: Part, into answers: inout Answers, clock: StageClock, lap: inout StageMeter.Lap
    ) async -> [Answer] {
        guard !part.requests.isEmpty else { return [] }
        let found: CandidateBatch
        do {
            found = try await recall.candidates(for: queries(part), by: clock.deadline(of: .recall))
        } catch {
            report(.recall, error)
            return await withoutRecall(part, answers.catalogue, by: clock.last)
        }
        lap.end(.recall)
        var batch = AnswerBatch(candidates: found)
        var rung = Rung.fresh
        do {
            let ranked = try await ranking.scores(
                of: found, for: part.states, explaining: part.requests.contains(where: \.explain),
                by: clock.deadline(of: .ranking))
            batch.scores = ranked.values
            batch.features = ranked.features
            lastModel = found.model
        } catch {
            report(.ranking, error)
            batch.scores = found.orderedScores
            rung = .unranked
        }
        lap.end(.ranking)
        do {
            batch.arrangement = try await rerank.arrange(
                found, scores: batch.scores, for: part.requests.map(\.arrangement), by: clock.deadline(of: .rerank))
        } catch {
            report(.rerank, error)
            batch.arrangement = found.best(by: batch.scores, for: part.requests)
            rung = max(rung, .notReranked)
        }
        lap.end(.rerank)
        answers.cascade = batch
        // The stages may have been waited for: what is gone since must not be shown.
        answers.catalogue = catalogue.snapshot()
        return part.origins.enumerated().map { query, origin in
            Answer(rung: max(rung, origin.rung), content: .cascade(query: query))
        }
    }

    private func queries(_ part: Part) -> [RecallQuery] {
        zip(part.requests, part.states).map { request, state in
            RecallQuery(
                user: state, limit: max(candidates, 2 * request.count), category: request.category,
                excluded: excluded(by: request))
        }
    }

    /// Items that a request leaves out besides those that the user has met.
    func excluded(by request: RecommendRequest) -> [ItemNumber] {
        request.exclude.isEmpty ? request.shown : request.shown + request.exclude.compactMap(catalogue.number(of:))
    }

    func report(_ stage: Stage, _ error: any Error) {
        failed(StageFailure(stage: stage, error: error))
    }
}

extension RecommendRequest {
    var arrangement: RerankQuery { RerankQuery(count: count, diversity: diversity) }
}
