import Domain
import Models

/// The int8 ranker as it is served.
final class QuantisedScorer: ListScorer {
    let name = "int8"
    private let ranker: QuantisedRanker
    private let items: ItemVectors
    private var scratch = RankerScratch()

    init(_ ranker: QuantisedRanker, vectors: ItemVectors) {
        self.ranker = ranker
        items = vectors.withHalves(of: ranker)
    }

    var parameters: Int { ranker.parameters.count }
    var bytes: Int { ranker.parameters.bytes + items.count * ranker.itemBytes }
    var residentBytes: Int { ranker.residentBytes(items: items.count, rows: 200) }

    func score(_ user: Int, of lists: CandidateLists, into scores: inout MutableSpan<Float>) {
        let range = lists.range(of: user)
        let offsets = [0, range.count]
        let width = RankingFeature.count
        ServedRanker.int8(ranker).score(
            userVectors: lists.users.span.extracting((user * lists.dimensions)..<((user + 1) * lists.dimensions)),
            offsets: offsets.span, candidates: lists.items.span.extracting(range),
            features: lists.features.span.extracting((range.lowerBound * width)..<(range.upperBound * width)),
            items: items, into: &scores, scratch: &scratch)
    }
}
