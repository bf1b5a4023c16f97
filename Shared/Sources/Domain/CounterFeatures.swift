/// The features that the counters of candidates give, of a whole list at once: logarithms and quotients of one candidate
/// would wait for each other, and what lies scattered in memory comes from there many at a time only where each fetch does
/// not wait for the computation before it. Keeps memory between calls.
struct CounterFeatures: Sendable {
    private static let day: Float = 86_400_000
    private static let columns = 9

    /// Columns of as many values as the list has candidates.
    private var values: [Float] = []

    /// Writes the features into rows of ``RankingFeature/count`` places.
    ///
    /// - Parameter createdAt: of each candidate, milliseconds since the epoch.
    @unsafe
    mutating func write(
        _ list: Span<ItemNumber>, createdAt: UnsafePointer<Int64>, statistics: ItemStatistics,
        into rows: UnsafeMutablePointer<Float>
    ) {
        let count = list.count
        if values.count < Self.columns * count { values = [Float](repeating: 0, count: Self.columns * count) }
        unsafe values.withUnsafeMutableBufferPointer { values in
            guard let factor = values.baseAddress else { return }
            let (recent, impressions, responses) = unsafe (factor + count, factor + 2 * count, factor + 3 * count)
            let (total, age, idleTime) = unsafe (factor + 4 * count, factor + 5 * count, factor + 6 * count)
            let (rating, ratings) = unsafe (factor + 7 * count, factor + 8 * count)
            let now = statistics.now
            for place in 0..<count {
                let counters = statistics[list[place]]
                unsafe factor[place] = counters.halfLives(until: now)
                unsafe recent[place] = counters.recent
                unsafe impressions[place] = counters.impressions
                unsafe responses[place] = counters.responses
                unsafe total[place] = counters.total
                unsafe rating[place] = counters.ratingSum
                unsafe ratings[place] = counters.ratingCount
                unsafe age[place] = Self.days(from: createdAt[place], until: now)
                unsafe idleTime[place] = Self.days(from: counters.lastInteraction, until: now)
            }
            for place in 0..<count { unsafe factor[place] = Decay.factor(factor[place]) }
            for place in 0..<count {
                unsafe recent[place] *= factor[place]
                unsafe impressions[place] *= factor[place]
                unsafe responses[place] = (responses[place] * factor[place] + 1) / (impressions[place] + 10)
                unsafe factor[place] = recent[place] / (total[place] + 5)
                unsafe rating[place] = ratings[place] > 0 ? rating[place] / (ratings[place] + 2) : 0
            }
            unsafe Self.takeLogarithms(of: recent, count)
            unsafe Self.takeLogarithms(of: impressions, count)
            unsafe Self.takeLogarithms(of: total, count)
            unsafe Self.takeLogarithms(of: age, count)
            unsafe Self.takeLogarithms(of: idleTime, count)
            for place in 0..<count {
                let row = unsafe rows + place * RankingFeature.count
                unsafe row[RankingFeature.recentPopularity.rawValue] = recent[place]
                unsafe row[RankingFeature.totalPopularity.rawValue] = total[place]
                unsafe row[RankingFeature.trend.rawValue] = factor[place]
                unsafe row[RankingFeature.responseRate.rawValue] = responses[place]
                unsafe row[RankingFeature.impressions.rawValue] = impressions[place]
                unsafe row[RankingFeature.ratingMean.rawValue] = rating[place]
                unsafe row[RankingFeature.age.rawValue] = age[place]
                unsafe row[RankingFeature.idleTime.rawValue] = idleTime[place]
            }
        }
    }

    @unsafe
    private static func takeLogarithms(of column: UnsafeMutablePointer<Float>, _ count: Int) {
        for place in 0..<count { unsafe column[place] = Logarithm.onePlus(column[place]) }
    }

    /// Days between two moments; 0 where the first is unknown.
    @inline(__always)
    private static func days(from moment: Int64, until now: Int64) -> Float {
        moment > 0 ? moment.milliseconds(until: now) / day : 0
    }
}
