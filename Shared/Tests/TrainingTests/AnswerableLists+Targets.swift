@testable import Training

extension AnswerableLists {
    /// Those of some lists whose item is known by its place among all candidates; nil where recall misses it.
    init(of lists: CandidateLists, targets: [Int?]) {
        let places = targets.indices.filter { targets[$0] != nil }
        let kept = lists.selecting(places)
        self.init(
            questions: targets.count, places: places, lists: kept,
            targets: places.enumerated().map { place, list in
                kept.range(of: place).lowerBound + (targets[list] ?? 0) - lists.range(of: list).lowerBound
            })
    }
}
