package import Contracts
package import Deadline
package import Domain
import Models
package import ModelHost
import VectorIndex

/// The role *recall* in this process: the user tower over each user's recent history, then the index.
package final class LocalRecall: RecallService {
    private struct Scratch {
        var tower = TwoTowerScratch()
        let search = SearchScratch()
        var results = SearchResults()
    }

    private let host: ModelHost
    private let catalogue: any ItemCatalogue
    private let filters: CategoryFilters
    private let scratch = ScratchPool { Scratch() }

    package init(host: ModelHost, catalogue: any ItemCatalogue) {
        self.host = host
        self.catalogue = catalogue
        filters = CategoryFilters()
    }

    package func candidates(for queries: [RecallQuery], by deadline: Deadline) async throws -> CandidateBatch {
        try deadline.check()
        guard let model = host.current else { throw ServiceUnavailable.noModel }
        let snapshot = catalogue.snapshot()
        let dimensions = model.bundle.twoTower.dimensions
        return try scratch.withScratch { scratch throws(DeadlineExceeded) in
            var vectors = [Float](repeating: 0, count: queries.count * dimensions)
            var output = vectors.mutableSpan
            model.bundle.twoTower.encodeUsers(
                queries.map(\.user), items: model.vectors, into: &output, scratch: &scratch.tower)
            let allowed = filters.filters(for: queries, in: snapshot)
            model.index.search(
                queries: vectors.span, count: queries.count, k: queries.map(\.limit).max() ?? 0,
                excluding: queries.map { $0.excluded.isEmpty ? $0.user.seen : $0.user.seen + $0.excluded },
                allowed: allowed, deadline: deadline.instant,
                scratch: scratch.search, results: &scratch.results)
            let results = scratch.results
            guard results.isComplete else { throw DeadlineExceeded() }
            var batch = CandidateBatch(model: model.bundle.version, dimensions: dimensions, userVectors: vectors)
            for (place, query) in queries.enumerated() {
                if query.user.isUnknown {
                    appendColdStart(for: query, vector: place * dimensions, model, snapshot, to: &batch)
                } else {
                    let range = results.range(of: place).prefix(query.limit)
                    batch.append(results.items[range], scores: results.scores[range], source: .twoTower)
                }
                batch.endQuery()
            }
            return batch
        }
    }

    /// How far item vectors are scaled up as queries for similar items: so far that the items' biases, which say how popular
    /// they are, only decide between near equals.
    private static let similarityScale: Float = 256

    package func similar(
        to items: [ItemNumber], limit: Int, by deadline: Deadline
    ) async throws -> CandidateBatch {
        try deadline.check()
        guard let model = host.current else { throw ServiceUnavailable.noModel }
        let dimensions = model.bundle.twoTower.dimensions
        return try scratch.withScratch { scratch throws(DeadlineExceeded) in
            var vectors: [Float] = []
            for item in items {
                // The catalogue may be ahead of the model for a moment: an item that is not there yet is like no other.
                let isKnown = Int(item) < model.vectors.count
                let vector = isKnown ? model.vectors.vector(of: item) : [Float](repeating: 0, count: dimensions)
                vectors += vector.map { $0 * Self.similarityScale }
            }
            model.index.search(
                queries: vectors.span, count: items.count, k: limit, excluding: items.map { [$0] }, allowed: [],
                deadline: deadline.instant, scratch: scratch.search, results: &scratch.results)
            guard scratch.results.isComplete else { throw DeadlineExceeded() }
            var batch = CandidateBatch(model: model.bundle.version, dimensions: dimensions, userVectors: vectors)
            for place in items.indices {
                for index in scratch.results.range(of: place) {
                    let cosine = scratch.results.scores[index] / Self.similarityScale
                    batch.append(scratch.results.items[index], score: cosine, source: .similar)
                }
                batch.endQuery()
            }
            return batch
        }
    }

    /// One new item among so many popular ones: new items need a first chance to be met.
    private static let newItemShare = 5

    /// What to show somebody of whom nothing is known: what is popular, and some of what is new. The scores are those of
    /// the two-tower model all the same, so that ranking finds what it is used to.
    private func appendColdStart(
        for query: RecallQuery, vector offset: Int, _ model: LiveModel, _ snapshot: CatalogueSnapshot,
        to batch: inout CandidateBatch
    ) {
        var taken = Set(query.excluded)
        func append(_ items: [ItemNumber], _ source: CandidateSource) {
            for item in items where taken.insert(item).inserted && Int(item) < model.vectors.count {
                let vector = model.vectors.vector(of: item)
                var score = model.vectors.bias(of: item)
                for place in vector.indices { score += vector[place] * batch.userVectors[offset + place] }
                batch.append(item, score: score, source: source)
            }
        }
        let excluded = taken
        let new = query.limit / Self.newItemShare
        append(
            snapshot.popular(query.limit - new, category: query.category) { !excluded.contains($0) }, .popular)
        append(snapshot.latest(new, category: query.category) { !excluded.contains($0) }, .latest)
    }
}

extension Deadline {
    /// On the clock of searches; nil for never.
    fileprivate var instant: ContinuousClock.Instant? {
        self == .never ? nil : .now + .nanoseconds(Int64(clamping: left))
    }
}

extension UserState {
    /// Nothing is known that a user tower could work with.
    fileprivate var isUnknown: Bool { history.isEmpty && attributes.isEmpty }
}
