/// The candidates that recall gives for questions, as far as the item that was taken is among them: what recall does not find,
/// ranking cannot bring back.
struct AnswerableLists: Sendable {
    /// Questions there are, those without a list included.
    private(set) var questions: Int
    /// The place of each list's question among all, ascending.
    private(set) var places: [Int]
    private(set) var lists: CandidateLists
    /// For each list the place of the item that was taken among all candidates.
    private(set) var targets: [Int]

    init(questions: Int, places: [Int], lists: CandidateLists, targets: [Int]) {
        precondition(places.count == lists.count && targets.count == lists.count, "a question and a target a list")
        (self.questions, self.places, self.lists, self.targets) = (questions, places, lists, targets)
    }

    /// No questions yet.
    init(dimensions: Int) {
        self.init(questions: 0, places: [], lists: CandidateLists(dimensions: dimensions), targets: [])
    }

    /// Adds questions that come after all of these.
    mutating func append(_ later: AnswerableLists) {
        places += later.places.map { questions + $0 }
        targets += later.targets.map { lists.items.count + $0 }
        lists.append(later.lists)
        questions += later.questions
    }

    /// Some of the questions, given by their ascending places among all.
    func asking(_ chosen: [Int]) -> AnswerableLists {
        let order = Dictionary(uniqueKeysWithValues: zip(places, places.indices))
        let kept = chosen.enumerated().compactMap { place, old in order[old].map { (place: place, list: $0) } }
        let selected = lists.selecting(kept.map(\.list))
        return AnswerableLists(
            questions: chosen.count, places: kept.map(\.place), lists: selected,
            targets: kept.enumerated().map { place, old in
                selected.range(of: place).lowerBound + targets[old.list] - lists.range(of: old.list).lowerBound
            })
    }
}
