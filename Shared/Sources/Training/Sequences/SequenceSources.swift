import Kernels

/// What several sources say of a user's next item: item-to-item links of the order and of the company of items, the two
/// towers, popularity, and, where users come back to items, what they had before. The best items of each source are the
/// candidates; what all sources say of a candidate are its features.
public struct SequenceSources: Sendable {
    /// A candidate list: items and their features, a row each.
    struct Candidates {
        var items: [Int32] = []
        var features: [Float] = []
    }

    /// Places in a user's rows of scores.
    enum Source: Int, CaseIterable {
        /// What follows soon, after recent items and after all.
        case following, followingLong
        /// What the same users take, in any order: by all items and by recent ones.
        case company, companyRecent
        /// What is near in sequences, by recent items.
        case near
        /// The towers' scores, the user's vector from all items and from recent ones.
        case tower, towerRecent
    }

    private static let linkSources = 5
    /// Candidates from each source.
    private static let perSource = 100
    private static let candidateSources: [Source] = [.following, .company, .near, .tower, .towerRecent]
    /// Two features of each link source, one of each tower, two of popularity, six of repeats.
    static let featureCount = 2 * linkSources + 2 + 2 + 6
    /// Ages in places, after which an item counts half: recent, long.
    private static let (recent, long): (Float, Float) = (3, 10)
    private static let nearby = 10
    private static let together = 100
    /// Entries of a history that count, the latest.
    private static let longestHistory = 200
    /// Added to links before their logarithm is taken.
    private static let floor: Float = 1e-4

    public let histories: [[Int32]]
    public let itemCount: Int
    /// Whether items of the own history are candidates.
    public let allowsRepeats: Bool
    let degrees: [Float]
    private let towers: GraphTowers
    private let following: SequenceLinks
    private let company: SequenceLinks
    private let near: SequenceLinks
    /// ln(1 + users) and ln(1 + how late in histories the item comes).
    private let popularity: [Float]
    private let lateness: [Float]

    /// - Parameter towers: trained on the same histories. O(entries·100).
    public init(histories: [[Int32]], itemCount: Int, towers: GraphTowers, allowsRepeats: Bool) {
        let latest = histories.map { Array($0.suffix(Self.longestHistory)) }
        self.histories = latest
        self.itemCount = itemCount
        self.towers = towers
        self.allowsRepeats = allowsRepeats
        var degrees = [Float](repeating: 0, count: itemCount)
        var lateness = [Float](repeating: 0, count: itemCount)
        for history in latest {
            for item in Set(history) { degrees[Int(item)] += 1 }
            for (age, item) in history.reversed().enumerated() { lateness[Int(item)] += Self.fade(age, half: 2) }
        }
        self.degrees = degrees
        popularity = degrees.map { logarithm(1 + $0) }
        self.lateness = lateness.map { logarithm(1 + $0) }
        func links(_ reach: Int, _ isDirected: Bool, _ fades: Bool) -> SequenceLinks {
            SequenceLinks(
                sequences: latest, itemCount: itemCount,
                rule: .init(reach: reach, isDirected: isDirected, fades: fades))
        }
        following = links(Self.nearby, true, true)
        company = links(Self.together, false, false)
        near = links(Self.nearby, false, true)
    }

    /// Whether users of these histories come back to items often enough for that to matter: one entry in a hundred.
    public static func hasRepeats(_ histories: [[Int32]]) -> Bool {
        var (entries, repeats) = (0, 0)
        for history in histories {
            entries += max(0, history.count - 1)
            repeats += history.count - Set(history).count
        }
        return repeats * 100 >= max(1, entries)
    }

    private static func fade(_ age: Int, half: Float) -> Float { powerOf(0.5, Float(age) / half) }

    /// Weights of a history's entries, summing to one; all equal without `half`.
    private func weights(_ history: [Int32], half: Float?) -> [Float] {
        let count = history.count
        let raw = (0..<count).map { place in half.map { Self.fade(count - 1 - place, half: $0) } ?? 1 }
        let sum = raw.reduce(0, +)
        return raw.map { $0 / max(sum, 1e-12) }
    }

    /// Fills a user's rows, one a source, each of itemCount scores.
    func fill(_ user: Int, _ rows: FloatBuffer) {
        let history = histories[user]
        rows.clear()
        let equal = weights(history, half: nil)
        let (recent, long) = (weights(history, half: Self.recent), weights(history, half: Self.long))
        func row(_ source: Source) -> UnsafeMutablePointer<Float> {
            unsafe rows.base + source.rawValue * itemCount
        }
        for (place, item) in history.enumerated() {
            unsafe following.add(item, weight: recent[place], to: row(.following))
            unsafe following.add(item, weight: long[place], to: row(.followingLong))
            unsafe company.add(item, weight: equal[place], to: row(.company))
            unsafe company.add(item, weight: recent[place], to: row(.companyRecent))
            unsafe near.add(item, weight: recent[place], to: row(.near))
        }
        let vectors =
            towers.userVector(of: zip(history, equal)) + towers.userVector(of: zip(history, recent))
        unsafe towers.score(vectors, into: row(.tower))
    }

    /// The candidates of a user whose rows are filled. O(items·sources).
    func candidates(_ user: Int, _ rows: FloatBuffer) -> Candidates {
        let own = Dictionary(histories[user].enumerated().map { ($1, [$0]) }, uniquingKeysWith: +)
        var chosen = Set<Int32>(allowsRepeats ? Array(own.keys) : [])
        var best = TopK(k: Self.perSource)
        for source in Self.candidateSources {
            best.reset(k: Self.perSource)
            unsafe best.unsafeOffer(rows.base + source.rawValue * itemCount, count: itemCount, base: 0)
            best.finish()
            for place in 0..<best.count { chosen.insert(Int32(best.index(at: place))) }
        }
        if !allowsRepeats { chosen.subtract(own.keys) }
        var candidates = Candidates()
        candidates.items = chosen.sorted()
        candidates.features.reserveCapacity(candidates.items.count * Self.featureCount)
        let scales = (0..<Self.linkSources).map { source in
            unsafe 0.1 * MixedScorer.inverseDeviation(rows.base + source * itemCount, count: itemCount)
        }
        for item in candidates.items {
            for source in 0..<Self.linkSources {
                let value = unsafe rows.base[source * itemCount + Int(item)]
                candidates.features.append(logarithm(value + Self.floor))
                candidates.features.append(value * scales[source])
            }
            for source in [Source.tower, .towerRecent] {
                unsafe candidates.features.append(rows.base[source.rawValue * itemCount + Int(item)])
            }
            candidates.features.append(popularity[Int(item)])
            candidates.features.append(lateness[Int(item)])
            candidates.features += repeatFeatures(own[item] ?? [], user, distinct: own.count)
        }
        return candidates
    }

    /// Whether the user had the item, how often, how long ago, whether it was the last one, and, of items that they had, how
    /// much they come back to items at all.
    private func repeatFeatures(_ places: [Int], _ user: Int, distinct: Int) -> [Float] {
        guard let last = places.last else { return [0, 0, 0, 0, 0, 0] }
        let count = histories[user].count
        let age = count - 1 - last
        return [
            1, logarithm(Float(places.count)), logarithm(Float(1 + age)), age == 0 ? 1 : 0,
            logarithm(Float(1 + count - distinct)), logarithm(Float(count)),
        ]
    }

    /// Weights of a re-ranker that has learnt nothing: item-to-item company alone.
    static var prior: [Float] {
        var prior = [Float](repeating: 0, count: featureCount)
        prior[2 * Source.company.rawValue] = 1
        return prior
    }
}
