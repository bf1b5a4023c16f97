import Domain

/// Users and the candidates that recall gives them, with the features of the moment: what a ranker is asked.
struct CandidateLists: Sendable {
    /// Length of a user's vector.
    let dimensions: Int
    /// Users × dimensions: user vectors as the user tower gives them.
    private(set) var users: [Float]
    /// Where each user's candidates begin, and where the last one's end.
    private(set) var offsets: [Int]
    /// Item numbers, and the recall model's scores.
    private(set) var items: [ItemNumber]
    private(set) var scores: [Float]
    /// Candidates × ``RankingFeature/count``.
    private(set) var features: [Float]

    init(
        dimensions: Int, users: [Float] = [], offsets: [Int] = [0], items: [ItemNumber] = [], scores: [Float] = [],
        features: [Float] = []
    ) {
        self.dimensions = dimensions
        (self.users, self.offsets, self.items, self.scores, self.features) = (users, offsets, items, scores, features)
    }

    /// Users there are.
    var count: Int { offsets.count - 1 }

    /// The candidates of a user.
    func range(of user: Int) -> Range<Int> { offsets[user]..<offsets[user + 1] }

    /// Adds the users of other lists of the same form.
    mutating func append(_ other: CandidateLists) {
        offsets += other.offsets.dropFirst().map { items.count + $0 }
        users += other.users
        items += other.items
        scores += other.scores
        features += other.features
    }

    /// Some of the users.
    func selecting(_ chosen: [Int]) -> CandidateLists {
        let width = RankingFeature.count
        let ranges = chosen.map(range(of:))
        return CandidateLists(
            dimensions: dimensions,
            users: chosen.flatMap { users[($0 * dimensions)..<(($0 + 1) * dimensions)] },
            offsets: ranges.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) },
            items: ranges.flatMap { items[$0] }, scores: ranges.flatMap { scores[$0] },
            features: ranges.flatMap { features[($0.lowerBound * width)..<($0.upperBound * width)] })
    }

    /// Some of the users, evenly spread, each with exactly `length` candidates: shorter lists are repeated. Users without
    /// candidates are left out.
    func sample(users most: Int, length: Int) -> CandidateLists {
        let asked = (0..<count).filter { !range(of: $0).isEmpty }
        let number = min(most, asked.count)
        let chosen = (0..<number).map { asked[$0 * asked.count / number] }
        let width = RankingFeature.count
        let rows = chosen.flatMap { user in
            let range = range(of: user)
            return (0..<length).map { range.lowerBound + $0 % range.count }
        }
        return CandidateLists(
            dimensions: dimensions,
            users: chosen.flatMap { users[($0 * dimensions)..<(($0 + 1) * dimensions)] },
            offsets: (0...number).map { $0 * length }, items: rows.map { items[$0] }, scores: rows.map { scores[$0] },
            features: rows.flatMap { features[($0 * width)..<(($0 + 1) * width)] })
    }
}
