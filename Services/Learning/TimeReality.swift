import Domain
import Training

/// Tells timestamps that somebody measured from those that an import made up to keep the order of a list.
///
/// Made-up ones tick: nine of ten steps from one interaction of a user to the next are of the same length, or there are
/// none at all. People do not.
enum TimeReality {
    /// The share of equal steps from which on timestamps count as made up.
    static let share = 0.9

    /// Whether timestamps are measured. Interactions come in time order. O(interactions).
    static func isReal(_ interactions: [Interaction], users: Int) -> Bool {
        var last = [Int64?](repeating: nil, count: users)
        var steps: [Int64] = []
        for interaction in interactions where interaction.entry.kind != .impression {
            let user = Int(interaction.user)
            let timestamp = interaction.entry.timestamp
            if let last = last[user], timestamp > last { steps.append(timestamp - last) }
            last[user] = timestamp
        }
        guard let candidate = majority(of: steps) else { return false }
        let equal = steps.count { $0 == candidate }
        return Double(equal) < share * Double(steps.count)
    }

    /// The only value that can make up more than half (Boyer & Moore, 1981); nil for no values.
    private static func majority(of values: [Int64]) -> Int64? {
        var candidate: Int64?
        var votes = 0
        for value in values {
            if votes == 0 { candidate = value }
            votes += value == candidate ? 1 : -1
        }
        return candidate
    }
}
