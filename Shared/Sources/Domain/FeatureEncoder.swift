/// Turns a user's state and an item's counters into the ranker's dense features: the one implementation, used by the
/// ranking service and by training.
///
/// A pure function of its arguments: "now" is the watermark of ``ItemStatistics``, never a clock. The encoder only keeps
/// memory between calls: ``begin(user:facts:)`` reads the user once a request, ``encode(_:score:facts:statistics:into:)``
/// writes an item's row without allocating, ``encode(_:scores:facts:statistics:into:)`` those of a whole list.
public struct FeatureEncoder: Sendable {
    /// Entries that count as recent for ``RankingFeature/recentCategoryShare``.
    static let recentEntries = 8
    /// Entries of the history that are looked at.
    static let historyLimit = 64
    /// Slots of the table of categories: a power of two above twice the categories that a history can have.
    static let slots = 1024

    var items: [UInt32] = []
    /// A bit for each remainder by 1,024 of the items in the history: most candidates are known not to be among them
    /// without a search.
    var filter = [UInt64](repeating: 0, count: 16)
    var codes = [UInt32](repeating: 0, count: slots)
    var shares = [Float](repeating: 0, count: slots)
    var recentShares = [Float](repeating: 0, count: slots)
    var places = [Int32](repeating: -1, count: slots)
    var used: [Int] = []
    var historyLength: Float = 0
    /// What is known of the candidates of a list.
    var known: [ItemFacts] = []
    var counters: [ItemCounters] = []

    /// An encoder with its memory.
    public init() {
        items.reserveCapacity(Self.historyLimit)
        used.reserveCapacity(Self.slots)
    }

    /// Takes in the user whose candidates come next. O(entries × categories).
    public mutating func begin(user: UserState, facts: ChunkedArray<ItemFacts>) {
        begin(history: user.history.span, facts: facts)
    }

    /// Takes in a user by the history alone, in time order.
    public mutating func begin(history: Span<HistoryEntry>, facts: ChunkedArray<ItemFacts>) {
        for slot in used {
            codes[slot] = 0
            shares[slot] = 0
            recentShares[slot] = 0
            places[slot] = -1
        }
        used.removeAll(keepingCapacity: true)
        items.removeAll(keepingCapacity: true)
        for word in 0..<16 { filter[word] = 0 }
        let count = min(history.count, Self.historyLimit)
        let start = history.count - count
        historyLength = Logarithm.onePlus(Float(count))
        var sum: Float = 0
        var recentSum: Float = 0
        for place in 0..<count {
            let entry = history[start + place]
            items.append(entry.item)
            filter[Int(entry.item >> 6) & 15] |= 1 << UInt64(entry.item & 63)
            let weight = entry.weight.magnitude
            let isRecent = count - place <= Self.recentEntries
            sum += weight
            if isRecent { recentSum += weight }
            guard Int(entry.item) < facts.count else { continue }
            let categories = facts[Int(entry.item)].categories
            for index in 0..<ItemFacts.categoryLimit {
                let code = categories[index]
                if code == 0 { break }
                let slot = claim(code)
                shares[slot] += entry.weight
                if isRecent { recentShares[slot] += entry.weight }
                places[slot] = Int32(place)
            }
        }
        let scale = sum > 0 ? 1 / sum : 0
        let recentScale = recentSum > 0 ? 1 / recentSum : 0
        for slot in used {
            shares[slot] *= scale
            recentShares[slot] *= recentScale
        }
    }

    /// Writes the features of one candidate into `row`, which has ``RankingFeature/count`` places. `score` is the
    /// two-tower model's logit.
    public func encode(
        _ item: ItemNumber, score: Float, facts: ChunkedArray<ItemFacts>, statistics: ItemStatistics,
        into row: inout MutableSpan<Float>
    ) {
        precondition(row.count >= RankingFeature.count, "a row of features is too short")
        encode(
            item, score: score, known: facts.known(item), counters: statistics[item], now: statistics.now, into: &row)
    }

    /// Writes the features of a list of candidates into `rows`, ``RankingFeature/count`` places each. `scores` are the
    /// two-tower model's logits.
    public mutating func encode(
        _ list: Span<ItemNumber>, scores: Span<Float>, facts: ChunkedArray<ItemFacts>, statistics: ItemStatistics,
        into rows: inout MutableSpan<Float>
    ) {
        let width = RankingFeature.count
        precondition(scores.count == list.count && rows.count >= list.count * width, "arrays of a list do not fit")
        // First only fetch: what lies scattered in memory comes from there many at a time, which it does not when each
        // fetch waits for the computation before it.
        known.removeAll(keepingCapacity: true)
        counters.removeAll(keepingCapacity: true)
        for index in list.indices { known.append(facts.known(list[index])) }
        for index in list.indices { counters.append(statistics[list[index]]) }
        for index in list.indices {
            var row = rows._mutatingExtracting((index * width)..<((index + 1) * width))
            encode(
                list[index], score: scores[index], known: known[index], counters: counters[index],
                now: statistics.now, into: &row)
        }
    }

    @inline(__always)
    private func encode(
        _ item: ItemNumber, score: Float, known: ItemFacts, counters: ItemCounters, now: Int64,
        into row: inout MutableSpan<Float>
    ) {
        row[RankingFeature.recallScore.rawValue] = score
        // Links are another's: see `RankingInputs` in Models.
        for place in RankingFeature.followingRecent.rawValue..<RankingFeature.count { row[place] = 0 }
        encodeCategories(known.categories, into: &row)
        encodeCounters(counters, createdAt: known.createdAt, now: now, into: &row)
        encodeHistory(of: item, into: &row)
    }

    private func encodeCategories(_ categories: SIMD8<UInt32>, into row: inout MutableSpan<Float>) {
        var best: Float = 0
        var sum: Float = 0
        var number: Float = 0
        var recent: Float = 0
        var last: Int32 = -1
        for index in 0..<ItemFacts.categoryLimit {
            let code = categories[index]
            if code == 0 { break }
            number += 1
            guard let slot = find(code) else { continue }
            best = max(best, shares[slot])
            sum += shares[slot]
            recent = max(recent, recentShares[slot])
            last = max(last, places[slot])
        }
        row[RankingFeature.categoryShare.rawValue] = best
        row[RankingFeature.categoryMeanShare.rawValue] = number > 0 ? sum / number : 0
        row[RankingFeature.recentCategoryShare.rawValue] = recent
        row[RankingFeature.categoryRecency.rawValue] = last < 0 ? 0 : 1 / Float(items.count - Int(last))
    }

    private func encodeCounters(
        _ counters: ItemCounters, createdAt: Int64, now: Int64, into row: inout MutableSpan<Float>
    ) {
        let day: Float = 86_400_000
        let recent = counters.decayed(counters.recent, at: now)
        let factor = counters.recent > 0 ? recent / counters.recent : counters.decayed(1, at: now)
        let impressions = counters.impressions * factor
        row[RankingFeature.recentPopularity.rawValue] = Logarithm.onePlus(recent)
        row[RankingFeature.totalPopularity.rawValue] = Logarithm.onePlus(counters.total)
        row[RankingFeature.trend.rawValue] = recent / (counters.total + 5)
        row[RankingFeature.responseRate.rawValue] = (counters.responses * factor + 1) / (impressions + 10)
        row[RankingFeature.impressions.rawValue] = Logarithm.onePlus(impressions)
        row[RankingFeature.ratingMean.rawValue] =
            counters.ratingCount > 0 ? counters.ratingSum / (counters.ratingCount + 2) : 0
        row[RankingFeature.age.rawValue] =
            createdAt > 0 ? Logarithm.onePlus(createdAt.milliseconds(until: now) / day) : 0
        row[RankingFeature.idleTime.rawValue] =
            counters.lastInteraction > 0
            ? Logarithm.onePlus(counters.lastInteraction.milliseconds(until: now) / day) : 0
    }

    private func encodeHistory(of item: ItemNumber, into row: inout MutableSpan<Float>) {
        var times: Float = 0
        var last = -1
        if filter[Int(item >> 6) & 15] >> UInt64(item & 63) & 1 == 1 {
            for place in 0..<items.count where items[place] == item {
                times += 1
                last = place
            }
        }
        row[RankingFeature.historyLength.rawValue] = historyLength
        row[RankingFeature.timesHad.rawValue] = Logarithm.onePlus(times)
        row[RankingFeature.itemRecency.rawValue] = last < 0 ? 0 : 1 / Float(items.count - last)
    }

    private func find(_ code: UInt32) -> Int? {
        var slot = Int(code & UInt32(Self.slots - 1))
        while codes[slot] != 0 {
            if codes[slot] == code { return slot }
            slot = (slot + 1) & (Self.slots - 1)
        }
        return nil
    }

    private mutating func claim(_ code: UInt32) -> Int {
        var slot = Int(code & UInt32(Self.slots - 1))
        while codes[slot] != 0 {
            if codes[slot] == code { return slot }
            slot = (slot + 1) & (Self.slots - 1)
        }
        codes[slot] = code
        used.append(slot)
        return slot
    }
}

extension ChunkedArray<ItemFacts> {
    /// The facts of an item; of an unknown one, that nothing is known.
    @inline(__always)
    fileprivate func known(_ item: ItemNumber) -> ItemFacts {
        Int(item) < count ? self[Int(item)] : ItemFacts()
    }
}
