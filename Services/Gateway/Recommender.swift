package import Contracts
import Deadline
import Domain
import Logging

/// The cascade: user features → recall → ranking → re-rank, for a whole batch at once.
///
/// Each stage is a role behind a protocol; whether it runs here or elsewhere is not known here.
package struct Recommender: Sendable {
    let users: any UserFeaturesService
    let catalogue: any ItemCatalogue
    let recall: any RecallService
    let ranking: any RankingService
    let rerank: any RerankService
    let candidates: Int

    package init(
        users: any UserFeaturesService, catalogue: any ItemCatalogue, recall: any RecallService,
        ranking: any RankingService, rerank: any RerankService, candidates: Int
    ) {
        self.users = users
        self.catalogue = catalogue
        self.recall = recall
        self.ranking = ranking
        self.rerank = rerank
        self.candidates = candidates
    }

    /// Answers for all requests; never fails: where a stage does, the popular items stand in.
    func answers(
        to requests: [RecommendRequest], by deadline: Deadline, meter: StageMeter, failed: (any Error) -> Void
    ) async -> AnswerBatch {
        var lap = meter.start()
        var states = [UserState](repeating: UserState(), count: requests.count)
        do {
            states = try await users.states(of: requests.map(\.user), by: deadline).map { try $0.get() ?? UserState() }
            lap.end(.users)
            return try await cascade(requests, states: states, by: deadline, lap: &lap)
        } catch {
            failed(error)
            return popular(requests, states: states)
        }
    }

    private func cascade(
        _ requests: [RecommendRequest], states: [UserState], by deadline: Deadline, lap: inout StageMeter.Lap
    ) async throws -> AnswerBatch {
        let found = try await recall.candidates(for: queries(requests, states: states), by: deadline)
        lap.end(.recall)
        let ranked = try await ranking.scores(
            of: found, for: states, explaining: requests.contains(where: \.explain), by: deadline)
        lap.end(.ranking)
        let arrangement = try await rerank.arrange(
            found, scores: ranked.values, for: requests.map(\.arrangement), by: deadline)
        lap.end(.rerank)
        return AnswerBatch(
            rung: .fresh, candidates: found, scores: ranked.values, arrangement: arrangement,
            features: ranked.features, catalogue: catalogue.snapshot())
    }

    private func queries(_ requests: [RecommendRequest], states: [UserState]) -> [RecallQuery] {
        zip(requests, states).map { request, state in
            RecallQuery(
                user: state, limit: max(candidates, 2 * request.count), category: request.category,
                excluded: excluded(by: request))
        }
    }

    private func excluded(by request: RecommendRequest) -> [ItemNumber] {
        request.exclude.isEmpty ? request.shown : request.shown + request.exclude.compactMap(catalogue.number(of:))
    }

    private func popular(_ requests: [RecommendRequest], states: [UserState]) -> AnswerBatch {
        let snapshot = catalogue.snapshot()
        var batch = CandidateBatch()
        var arrangement = Arrangement()
        for (request, state) in zip(requests, states) {
            let excluded = Set(state.seen + excluded(by: request))
            let items = snapshot.popular(request.count, category: request.category) { !excluded.contains($0) }
            for item in items {
                arrangement.chosen.append(batch.items.count)
                batch.append(item, score: snapshot.statistics.popularity(of: item), source: .popular)
            }
            batch.endQuery()
            arrangement.offsets.append(arrangement.chosen.count)
        }
        return AnswerBatch(
            rung: .popular, candidates: batch, scores: batch.scores, arrangement: arrangement, features: nil,
            catalogue: snapshot)
    }
}

extension RecommendRequest {
    var arrangement: RerankQuery { RerankQuery(count: count, diversity: diversity) }
}
