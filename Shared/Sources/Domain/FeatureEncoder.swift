/// Turns a user's state and an item's counters into the ranker's dense features: the one implementation, used by the
/// ranking service and by training.
///
/// A pure function of its arguments: "now" is the watermark of ``ItemStatistics``, never a clock. The encoder only keeps
/// memory between calls: ``begin(user:facts:)`` reads the user once a request, ``encode(_:scores:facts:statistics:into:)``
/// writes the rows of the candidates.
public struct FeatureEncoder: Sendable {
    /// What the history says of a category.
    struct CategoryShare: Sendable {
        /// 0 where there is none.
        var code: UInt32 = 0
        var share: Float = 0
        var recentShare: Float = 0
        /// Of the last entry in it.
        var place: Int32 = -1
    }

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
    var categories = [CategoryShare](repeating: CategoryShare(), count: slots)
    var used: [Int] = []
    var historyLength: Float = 0
    /// What is known of the candidates of a list.
    var codes: [SIMD8<UInt32>] = []
    var createdAt: [Int64] = []
    var counterFeatures = CounterFeatures()

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
            categories[slot] = CategoryShare()
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
            let codes = facts[Int(entry.item)].categories
            for index in 0..<ItemFacts.categoryLimit {
                let code = codes[index]
                if code == 0 { break }
                let slot = claim(code)
                categories[slot].share += entry.weight
                if isRecent { categories[slot].recentShare += entry.weight }
                categories[slot].place = Int32(place)
            }
        }
        let scale = sum > 0 ? 1 / sum : 0
        let recentScale = recentSum > 0 ? 1 / recentSum : 0
        for slot in used {
            categories[slot].share *= scale
            categories[slot].recentShare *= recentScale
        }
    }

    /// Writes the features of a list of candidates into `rows`, ``RankingFeature/count`` places each. `scores` are the
    /// two-tower model's logits. Those of links are another's: see `RankingInputs` in Models; they are zero here.
    public mutating func encode(
        _ list: Span<ItemNumber>, scores: Span<Float>, facts: ChunkedArray<ItemFacts>, statistics: ItemStatistics,
        into rows: inout MutableSpan<Float>
    ) {
        let width = RankingFeature.count
        precondition(scores.count == list.count && rows.count >= list.count * width, "arrays of a list do not fit")
        if codes.count < list.count {
            codes = [SIMD8<UInt32>](repeating: .zero, count: list.count)
            createdAt = [Int64](repeating: 0, count: list.count)
        }
        unsafe rows.withUnsafeMutableBufferPointer { rows in
            guard let rows = rows.baseAddress else { return }
            unsafe codes.withUnsafeMutableBufferPointer { codes in
                unsafe createdAt.withUnsafeMutableBufferPointer { createdAt in
                    guard let moments = createdAt.baseAddress else { return }
                    for place in list.indices {
                        let known = facts.known(list[place])
                        unsafe codes[place] = known.categories
                        unsafe moments[place] = known.createdAt
                    }
                    unsafe counterFeatures.write(list, createdAt: moments, statistics: statistics, into: rows)
                }
            }
            unsafe categories.withUnsafeBufferPointer { shares in
                for place in list.indices {
                    let row = unsafe rows + place * width
                    unsafe row[RankingFeature.recallScore.rawValue] = scores[place]
                    for link in RankingFeature.followingRecent.rawValue..<width { unsafe row[link] = 0 }
                    unsafe encodeCategories(codes[place], shares, into: row)
                    unsafe encodeHistory(of: list[place], into: row)
                }
            }
        }
    }

    @unsafe
    @inline(__always)
    private func encodeCategories(
        _ codes: SIMD8<UInt32>, _ shares: UnsafeBufferPointer<CategoryShare>, into row: UnsafeMutablePointer<Float>
    ) {
        var best: Float = 0
        var sum: Float = 0
        var number: Float = 0
        var recent: Float = 0
        var last: Int32 = -1
        for index in 0..<ItemFacts.categoryLimit {
            let code = codes[index]
            if code == 0 { break }
            number += 1
            var slot = Int(code & UInt32(Self.slots - 1))
            while unsafe shares[slot].code != 0 && shares[slot].code != code { slot = (slot + 1) & (Self.slots - 1) }
            let category = unsafe shares[slot]
            guard category.code != 0 else { continue }
            best = max(best, category.share)
            sum += category.share
            recent = max(recent, category.recentShare)
            last = max(last, category.place)
        }
        unsafe row[RankingFeature.categoryShare.rawValue] = best
        unsafe row[RankingFeature.categoryMeanShare.rawValue] = number > 0 ? sum / number : 0
        unsafe row[RankingFeature.recentCategoryShare.rawValue] = recent
        unsafe row[RankingFeature.categoryRecency.rawValue] = last < 0 ? 0 : 1 / Float(items.count - Int(last))
    }

    @unsafe
    @inline(__always)
    private func encodeHistory(of item: ItemNumber, into row: UnsafeMutablePointer<Float>) {
        unsafe row[RankingFeature.historyLength.rawValue] = historyLength
        guard filter[Int(item >> 6) & 15] >> UInt64(item & 63) & 1 == 1 else {
            unsafe row[RankingFeature.timesHad.rawValue] = 0
            unsafe row[RankingFeature.itemRecency.rawValue] = 0
            return
        }
        var times: Float = 0
        var last = -1
        for place in 0..<items.count where items[place] == item {
            times += 1
            last = place
        }
        unsafe row[RankingFeature.timesHad.rawValue] = Logarithm.onePlus(times)
        unsafe row[RankingFeature.itemRecency.rawValue] = last < 0 ? 0 : 1 / Float(items.count - last)
    }

    private mutating func claim(_ code: UInt32) -> Int {
        var slot = Int(code & UInt32(Self.slots - 1))
        while categories[slot].code != 0 {
            if categories[slot].code == code { return slot }
            slot = (slot + 1) & (Self.slots - 1)
        }
        categories[slot].code = code
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
