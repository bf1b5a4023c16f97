/// How much each entry of a history counts in the user tower: weights of two averages, one over everything that is
/// remembered, one over what was done last.
///
/// An entry counts the square root of its event's weight, with its sign; age counts from the newest entry, so that the
/// result depends on the history alone and not on the clock. Each set of weights is divided by the square root of the
/// sum of its magnitudes: the longer the history, the more it says against the model's constant part.
public struct HistoryPooling: Sendable, Equatable {
    /// What the user tower looks at.
    public enum Reach: String, Sendable, CaseIterable {
        /// The history, which tells what came first.
        case history
        /// ``UserState/taken``: for histories that do not, where all of a user's items count.
        case taken
    }

    /// What is looked at.
    public var reach: Reach
    /// Entries that are looked at, the newest ones.
    public var length: Int
    /// Entries after which the short average counts half.
    public var shortHalfLife: Float
    /// Milliseconds after which the short average counts half.
    public var shortAgeHalfLife: Float
    /// Milliseconds after which the long average counts half.
    public var longAgeHalfLife: Float

    /// Pooling with the given decays, all above zero.
    public init(
        reach: Reach = .history, length: Int = 64, shortHalfLife: Float = 2, shortAgeHalfLife: Float = 7 * 86_400_000,
        longAgeHalfLife: Float = 365 * 86_400_000
    ) {
        self.reach = reach
        self.length = max(1, length)
        self.shortHalfLife = shortHalfLife
        self.shortAgeHalfLife = shortAgeHalfLife
        self.longAgeHalfLife = longAgeHalfLife
    }

    /// Whether all decays are usable numbers.
    public var isValid: Bool {
        length >= 1 && [shortHalfLife, shortAgeHalfLife, longAgeHalfLife].allSatisfy { $0.isFinite && $0 > 0 }
    }

    /// What of a user is looked at, in time order.
    public func entries(of user: UserState) -> [HistoryEntry] {
        switch reach {
        case .history: user.history
        case .taken: user.taken
        }
    }

    /// Writes the weights of the newest ``length`` entries of a history in time order: weight 0 belongs to the oldest of
    /// them. Allocates only while `weights` grows.
    public func write(of history: Span<HistoryEntry>, into weights: inout PoolingWeights) {
        let count = min(history.count, length)
        let start = history.count - count
        weights.prepare(count: count)
        guard count > 0 else { return }
        let newest = history[history.count - 1].timestamp
        var longSum: Float = 0
        var shortSum: Float = 0
        for place in 0..<count {
            let entry = history[start + place]
            let magnitude = entry.weight.magnitude.squareRoot()
            let base = entry.weight < 0 ? -magnitude : magnitude
            let age = entry.timestamp.milliseconds(until: newest)
            let position = Float(count - 1 - place)
            weights.long[place] = base * Decay.factor(age / longAgeHalfLife)
            weights.short[place] = base * Decay.factor(position / shortHalfLife + age / shortAgeHalfLife)
            longSum += weights.long[place].magnitude
            shortSum += weights.short[place].magnitude
        }
        let longScale = longSum > 0 ? 1 / longSum.squareRoot() : 0
        let shortScale = shortSum > 0 ? 1 / shortSum.squareRoot() : 0
        for place in 0..<count {
            weights.long[place] *= longScale
            weights.short[place] *= shortScale
        }
    }
}
