import Contracts
package import Logging
import Models
import Synchronization
import VectorIndex

/// How a model's items are indexed: scanned all, where they are few or an exact result is asked for, else divided into
/// lists of which a search looks at as many as the recall takes.
package struct ModelIndexing: Sendable {
    /// The part of the exact result that recall finds, on average, at least; 1: all of it.
    let recall: Double
    private let keeper: IndexKeeper?
    private let logger: Logger?

    /// - Parameters:
    ///   - folder: where the index is kept for the next start; nil: nowhere.
    package init(recall: Double = 0.97, folder: String? = nil, logger: Logger? = nil) {
        self.recall = recall
        keeper = folder.map { IndexKeeper(folder: $0) }
        self.logger = logger
    }

    /// Fewer items are scanned sooner than lists are chosen.
    private static let leastForLists = 4_096
    /// Made-up users that the index is tuned with, and others that it is measured with.
    private static func tuningUsers(items: Int) -> Int { min(1_024, max(512, items / 32)) }
    private static let measuringUsers = 128

    /// The index of a model that is to be the live one.
    /// - Parameter isUrgent: whether requests wait for it: one that scans everything is there sooner.
    func index(_ bundle: ModelBundle, _ vectors: ItemVectors, _ catalogue: CatalogueSnapshot, isUrgent: Bool) -> Made {
        let items = ModelItems(vectors, catalogue)
        guard wantsLists(items.alive.count(where: \.self)) else { return Made(items.flatIndex()) }
        if let kept = keeper?.read(version: bundle.version, items) as? IVFIndex {
            let index = kept.withRecall(recall)
            return Made(index, recall: measure(index, UserQueries(bundle, vectors, catalogue)))
        }
        return isUrgent ? Made(items.flatIndex()) : make(bundle, vectors, catalogue, items)
    }

    /// Whether so many items may be worth lists.
    func wantsLists(_ count: Int) -> Bool { recall < 1 && count >= Self.leastForLists }

    /// The index of some items, in lists where that pays; kept for the next start.
    func make(
        _ bundle: ModelBundle, _ vectors: ItemVectors, _ catalogue: CatalogueSnapshot, _ items: ModelItems
    ) -> Made {
        let users = UserQueries(bundle, vectors, catalogue)
        let queries = users.make(Self.tuningUsers(items: items.count), seed: 1)
        let index = IndexBuilder(recall: recall).build(
            dimensions: items.dimensions, count: items.count, vectors: items.vectors.span, biases: items.biases.span,
            alive: items.alive.span, queries: queries.isEmpty ? nil : queries.span)
        guard let lists = index as? IVFIndex else { return Made(index) }
        do {
            try keeper?.write(lists, version: bundle.version, items)
        } catch {
            logger?.warning("the index could not be kept for the next start", ["error": .text("\(error)")])
        }
        return Made(lists, recall: measure(lists, users))
    }

    /// An index, and the recall that was measured.
    struct Made {
        let index: any VectorIndex
        let recall: Double

        init(_ index: any VectorIndex, recall: Double = 1) {
            self.index = index
            self.recall = recall
        }
    }

    /// The part of what a search of all lists finds that a search finds, for 200 results.
    private func measure(_ index: IVFIndex, _ users: UserQueries) -> Double {
        let queries = users.make(Self.measuringUsers, seed: 2)
        let scratch = SearchScratch()
        func search(_ index: IVFIndex) -> SearchResults {
            var results = SearchResults()
            index.search(
                queries: queries.span, count: queries.count / index.dimensions, k: 200, scratch: scratch,
                results: &results)
            return results
        }
        let (found, exact) = (search(index), search(index.withRecall(1)))
        var common = 0
        for query in 0..<exact.queries {
            common += Set(exact.items[exact.range(of: query)]).intersection(found.items[found.range(of: query)]).count
        }
        return exact.items.isEmpty ? 1 : Double(common) / Double(exact.items.count)
    }
}
