import Domain
import Models

/// A ``RankerModel`` with its share of a catalogue's items.
final class FloatListScorer: ListScorer {
    let name: String
    private let ranker: RankerModel
    private let items: ItemVectors
    private var scratch = RankerScratch()

    init(_ ranker: RankerModel, name: String, vectors: ItemVectors) {
        (self.ranker, self.name) = (ranker, name)
        items = vectors.withHalves(of: ranker)
    }

    var parameters: Int { ranker.parameters.count }

    var bytes: Int { (parameters + items.count * ranker.itemHalfWidth) * MemoryLayout<Float>.stride }

    var residentBytes: Int {
        let shape = ranker.shape
        return bytes + 200 * (shape.hidden1 + shape.hidden2) * MemoryLayout<Float>.stride
    }

    func score(_ user: Int, of lists: CandidateLists, into scores: inout MutableSpan<Float>) {
        let range = lists.range(of: user)
        let offsets = [0, range.count]
        let width = RankingFeature.count
        ranker.score(
            userVectors: lists.users.span.extracting((user * lists.dimensions)..<((user + 1) * lists.dimensions)),
            offsets: offsets.span, candidates: lists.items.span.extracting(range),
            features: lists.features.span.extracting((range.lowerBound * width)..<(range.upperBound * width)),
            items: items, into: &scores, scratch: &scratch)
    }
}
