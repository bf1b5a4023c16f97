public import Domain

/// The ranking model of a bundle: since format 2 one in int8, before that one in floats.
public enum ServedRanker: Sendable {
    case float(RankerModel)
    case int8(QuantisedRanker)

    /// Names of the dense features in order.
    public var features: [String] {
        switch self {
        case .float(let ranker): ranker.features
        case .int8(let ranker): ranker.parameters.features
        }
    }

    /// Scores the candidates of a batch of users.
    ///
    /// - Parameters:
    ///   - userVectors: outputs of the user tower, `users × dimensions`.
    ///   - offsets: where in `candidates` each user's begin, and where the last one's end: `users + 1` values.
    ///   - candidates: item numbers below `items.count`, one user's after another's.
    ///   - features: `candidates.count` rows, as ``FeatureEncoder`` writes them.
    ///   - scores: one a candidate; they order the candidates of one user, and are no probabilities.
    public func score(
        userVectors: Span<Float>, offsets: Span<Int>, candidates: Span<ItemNumber>, features: Span<Float>,
        items: ItemVectors, into scores: inout MutableSpan<Float>, scratch: inout RankerScratch
    ) {
        switch self {
        case .float(let ranker):
            ranker.score(
                userVectors: userVectors, offsets: offsets, candidates: candidates, features: features, items: items,
                into: &scores, scratch: &scratch)
        case .int8(let ranker):
            ranker.score(
                userVectors: userVectors, offsets: offsets, candidates: candidates, features: features, items: items,
                into: &scores, scratch: &scratch)
        }
    }
}
