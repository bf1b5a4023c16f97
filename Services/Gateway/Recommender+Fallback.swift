import Contracts
import Deadline
import Domain

extension Recommender {
    /// Answers of requests for which there are no candidates: the last lists, then popular items.
    func withoutRecall(_ part: Part, _ catalogue: CatalogueSnapshot, by deadline: Deadline) async -> [Answer] {
        var lists = PopularLists(catalogue)
        // A user without a row has been looked for among the last lists already: there is none.
        let rowed = part.origins.contains { $0 != .nobody }
        let last = if rowed, let cache { await lastLists(part, in: cache, lists, by: deadline) } else { [Answer?]() }
        return part.requests.indices.map { place in
            if place < last.count, let answer = last[place] { return answer }
            return popular(part.requests[place], part.states[place], &lists)
        }
    }

    /// Answers without waiting for anything: popular items, of the user's segment where the user is known.
    func lastResort(_ requests: [RecommendRequest], rows: KnownRows?) -> Answers {
        let snapshot = catalogue.snapshot()
        var lists = PopularLists(snapshot)
        let answers = requests.enumerated().map { place, request in
            popular(request, rows?.states[place] ?? UserState(), &lists)
        }
        return Answers(answers: answers, catalogue: snapshot)
    }

    /// Answers without a catalogue: the popular items that the cache keeps, as they are.
    func shown(
        _ requests: [RecommendRequest], from cache: any GatewayCache, _ catalogue: CatalogueSnapshot,
        by deadline: Deadline
    ) async -> Answers {
        var kept: [String?: [PopularItem]] = [:]
        for request in requests where kept[request.category] == nil {
            kept[request.category] = await cache.popularItems(category: request.category, by: deadline)
        }
        let answers = requests.map { request in
            Answer(rung: .popular, content: .shown(Array((kept[request.category] ?? []).prefix(request.count))))
        }
        return Answers(answers: answers, catalogue: catalogue)
    }

    private func popular(_ request: RecommendRequest, _ state: UserState, _ lists: inout PopularLists) -> Answer {
        let segment = lists.segment(of: state)
        let items = lists.items(
            request.count, segment: segment, category: request.category,
            without: Set(state.seen).union(excluded(by: request)))
        let isOfSegment = items.first.map { lists.belongs($0, to: segment) } ?? false
        return Answer(rung: isOfSegment ? .popularSegment : .popular, content: .list(lists.list(of: items)))
    }
}
