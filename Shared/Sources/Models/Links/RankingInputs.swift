public import Domain

/// The ranker's dense inputs for the candidates of a user: the one implementation, used by the ranking service, by training
/// and by evaluation. Keeps memory between calls.
public struct RankingInputs: Sendable {
    private var encoder = FeatureEncoder()
    private var links = LinkFeatures()

    /// Empty; grows at first use.
    public init() {}

    /// Writes the features of a user's candidates into `rows`, ``RankingFeature/count`` places each.
    ///
    /// - Parameters:
    ///   - scores: the two-tower model's, one a candidate.
    ///   - vectors: of the bundle's models over the catalogue that `candidates` are numbers of.
    public mutating func write(
        _ candidates: Span<ItemNumber>, scores: Span<Float>, for user: UserState, bundle: ModelBundle,
        vectors: ItemVectors, facts: ChunkedArray<ItemFacts>, statistics: ItemStatistics,
        into rows: inout MutableSpan<Float>
    ) {
        encoder.begin(user: user, facts: facts)
        encoder.encode(candidates, scores: scores, facts: facts, statistics: statistics, into: &rows)
        guard let table = bundle.links else { return }
        let history = table.roots == .all ? user.taken : user.history
        links.write(
            history: history.span, candidates: candidates, links: table, vectors: vectors, into: &rows)
    }
}
