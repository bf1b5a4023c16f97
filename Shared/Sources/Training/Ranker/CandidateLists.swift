import Domain

/// Users and the candidates that recall gives them, with the features of the moment: what a ranker is asked.
struct CandidateLists: Sendable {
    /// Length of a user's vector.
    let dimensions: Int
    /// Users × dimensions: user vectors as the user tower gives them.
    let users: [Float]
    /// Where each user's candidates begin, and where the last one's end.
    let offsets: [Int]
    /// Item numbers, and the recall model's scores.
    let items: [ItemNumber]
    let scores: [Float]
    /// Candidates × ``RankingFeature/count``.
    let features: [Float]

    /// Users there are.
    var count: Int { offsets.count - 1 }

    /// The candidates of a user.
    func range(of user: Int) -> Range<Int> { offsets[user]..<offsets[user + 1] }

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

extension CandidateLists {
    /// The users of several lists, one after the other.
    init(_ dimensions: Int, joining parts: [CandidateLists]) {
        var offsets = [0]
        for part in parts {
            let start = offsets[offsets.count - 1]
            offsets += part.offsets.dropFirst().map { start + $0 }
        }
        self.init(
            dimensions: dimensions, users: parts.flatMap(\.users), offsets: offsets, items: parts.flatMap(\.items),
            scores: parts.flatMap(\.scores), features: parts.flatMap(\.features))
    }
}
