/// How long models take to answer a request for 200 items, each measured in turn in the same run, in processor time of one
/// thread.
struct ClickLatency {
    /// Items a request.
    static let candidates = 200
    private static let requests = 101
    private static let rounds = 5

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

        var times = scorers.map { _ in [Double]() }
        var logits = [Float](repeating: 0, count: Self.candidates)
        for round in 0...Self.rounds {
            for place in scorers.indices {
                for (row, items) in zip(chosen, lists) {
                    let started = ThreadClock.microseconds
                    scorers[place].score(request: row, of: rows, items: items, into: &logits)
                    let spent = ThreadClock.microseconds - started
                    // The first round only fills the caches.
                    if round > 0 { times[place].append(spent) }
                }
            }
        }
        return times.map { $0.sorted()[$0.count / 2] }
    }
}
