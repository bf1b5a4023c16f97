import Contracts
import Deadline
import Domain
import Metrics

extension Recommender {
    /// Answers that were made before: for exactly the same row, model and parameters; for a user whose row nobody has, the
    /// last one of the same parameters. Nil where the cascade has to be asked.
    func lookUp(
        _ requests: [RecommendRequest], rows: KnownRows, in cache: any GatewayCache, _ catalogue: CatalogueSnapshot,
        clock: StageClock
    ) async -> [Answer?] {
        var answers = [Answer?](repeating: nil, count: requests.count)
        let bypassed = requests.count { $0.explain }
        counters.cacheBypassed.add(UInt64(bypassed))
        let exact = requests.indices.filter { !requests[$0].explain && rows.origins[$0] != .nobody }
        if let liveModel, !exact.isEmpty {
            let keys = exact.map { key(requests[$0], rows.states[$0], model: liveModel) }
            for (place, list) in zip(exact, await cache.lists(for: keys, by: clock.share(25))) {
                // A list that has lost an item is made anew, so that the answer is complete.
                guard let list, list.items.allSatisfy({ catalogue.isAvailable($0) }) else { continue }
                answers[place] = Answer(rung: rows.origins[place].rung, content: .list(list))
            }
        }
        let hits = answers.count { $0 != nil }
        counters.cacheHits.add(UInt64(hits))
        counters.cacheMisses.add(UInt64(exact.count - hits))
        let rowless = requests.indices.filter { rows.origins[$0] == .nobody }
        guard !rowless.isEmpty else { return answers }
        let last = await lastLists(
            Part(requests, rows, rowless), in: cache, PopularLists(catalogue), by: clock.share(25))
        for (place, answer) in zip(rowless, last) { answers[place] = answer }
        return answers
    }

    /// The last lists that were made for the same users and parameters, less what may not be shown, filled up with popular
    /// items; nil where there is none, or nothing is left of it.
    func lastLists(
        _ part: Part, in cache: any GatewayCache, _ lists: PopularLists, by deadline: Deadline
    ) async -> [Answer?] {
        var lists = lists
        let keys = zip(part.requests, part.states).map { key($0, $1, model: liveModel ?? "") }
        let found = await cache.lastLists(for: keys, by: deadline)
        return found.enumerated().map { place, list in
            guard let list else { return nil }
            let request = part.requests[place]
            let state = part.states[place]
            var left = Set(state.seen).union(excluded(by: request))
            var shown = CachedList(model: list.model, items: [], scores: [], sources: [])
            for (index, item) in list.items.enumerated() where shown.items.count < request.count {
                guard lists.catalogue.isAvailable(item), left.insert(item).inserted else { continue }
                shown.append(item, score: list.scores[index], source: list.sources[index])
            }
            guard !shown.items.isEmpty else { return nil }
            if shown.items.count < request.count {
                let more = lists.items(
                    request.count - shown.items.count, segment: lists.segment(of: state),
                    category: request.category, without: left)
                shown.append(lists.list(of: more))
            }
            return Answer(rung: .cachedList, content: .list(shown))
        }
    }

    /// Keeps what the cascade has just made, with the rows that it was made of.
    func keep(_ answers: [Answer], of part: Part, _ batch: AnswerBatch, in cache: any GatewayCache) {
        var lists: [(key: ListKey, list: CachedList)] = []
        var rows: [(user: String, state: UserState)] = []
        for (place, answer) in answers.enumerated() where answer.rung <= .cachedFeatures {
            let request = part.requests[place]
            let state = part.states[place]
            if part.origins[place] == .owner { rows.append((request.user, state)) }
            if !request.explain, case .cascade(let query) = answer.content {
                lists.append((key(request, state, model: batch.candidates.model), batch.list(query)))
            }
        }
        if !lists.isEmpty { cache.store(lists) }
        if !rows.isEmpty { cache.store(users: rows) }
    }

    private func key(_ request: RecommendRequest, _ state: UserState, model: String) -> ListKey {
        ListKey(
            user: request.user, state: state, model: model,
            parameters: ListParameters(
                count: request.count, diversity: request.diversity, category: request.category,
                excluded: excluded(by: request)))
    }
}

extension CachedList {
    mutating func append(_ item: ItemNumber, score: Float, source: CandidateSource) {
        items.append(item)
        scores.append(score)
        sources.append(source)
    }

    mutating func append(_ other: CachedList) {
        items += other.items
        scores += other.scores
        sources += other.sources
    }
}

extension AnswerBatch {
    /// The items that were chosen for a query.
    func list(_ query: Int) -> CachedList {
        let chosen = arrangement.chosen[arrangement.range(of: query)]
        return CachedList(
            model: candidates.model, items: chosen.map { candidates.items[$0] }, scores: chosen.map { scores[$0] },
            sources: chosen.map { candidates.sources[$0] })
    }
}
