/// How long models of clicks take to answer a request for 200 items.
struct ClickLatency {
    /// Items a request.
    static let candidates = 200
    private static let requests = 101

    private let rows: ClickRows
    private let chosen: [Int]
    private let lists: [[UInt32]]

    /// Requests from all over the rows, each for items of chance.
    init(rows: ClickRows, itemCount: Int, seed: UInt64) {
        var random = RandomSource(seed: seed)
        self.rows = rows
        chosen = (0..<Self.requests).map { _ in random.below(rows.count) }
        lists = chosen.map { _ in (0..<Self.candidates).map { _ in UInt32(random.below(itemCount)) } }
    }

    /// The median of the requests' processor times in microseconds, for each model.
    func medians(_ scorers: [any ClickScorer]) -> [Double] {
        var logits = [Float](repeating: 0, count: Self.candidates)
        return ScoringTimes.medians(models: scorers.count, requests: chosen.count) { model, request in
            scorers[model].score(request: chosen[request], of: rows, items: lists[request], into: &logits)
        }
    }
}
