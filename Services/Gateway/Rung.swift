/// How much of the cascade an answer stands on: the rungs of the ladder, best first. The lowest rung that an answer
/// touched names it, in `degraded`, in the header `X-Cascade-Rung` and in metrics; requests of one batch may stand on
/// different ones.
package enum Rung: Int, CaseIterable, Sendable, Comparable {
    /// All stages answered; or the same answer was made before, for the same state of the user, model and parameters.
    case fresh
    /// The user's row could not be had from its owner; the one that the cache kept went through all stages.
    case cachedFeatures
    /// Re-rank did not answer: the best by ranking's scores, whatever their variety.
    case notReranked
    /// Ranking did not answer: recall's candidates with recall's order as their scores, re-ranked if that was possible.
    case unranked
    /// Recall did not answer, or neither owner nor cache had the user's row: the last list that was made for the same user
    /// and parameters, less what the user has met since and what is gone from the catalogue, filled up with popular items.
    case cachedList
    /// Recall did not answer and there is no last list: popular items of the categories that the user cares for most, then
    /// popular ones. The same of the categories of an item stands in for items similar to it.
    case popularSegment
    /// What anybody gets: nothing is known of what the user cares for and recall did not answer; or the user's row could
    /// not be had at all, and the cascade answered as for a stranger; or the request had waited for so long that nothing
    /// else was possible; or a stage did not keep to its deadline. Without a catalogue, the popular items that the cache
    /// keeps.
    case popular

    package var name: String { Self.names[rawValue] }

    /// The header that names the rung.
    var headers: [(name: StaticString, value: String)] { Self.allHeaders[rawValue] }

    package static func < (left: Rung, right: Rung) -> Bool { left.rawValue < right.rawValue }

    private static let names = [
        "fresh", "cached-features", "not-reranked", "unranked", "cached-list", "popular-segment", "popular",
    ]

    // Made once: an answer refers to its header and makes none.
    private static let allHeaders: [[(name: StaticString, value: String)]] = names.map {
        [(name: "X-Cascade-Rung" as StaticString, value: $0)]
    }
}
