import Domain

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Sums what a recommender's lists are worth, until all are in.
struct QualityAccumulator {
    /// What the cases of one user were worth.
    private struct Sums {
        var cases = 0.0
        var recallAt20 = 0.0
        var ndcgAt20 = 0.0
        var hitRateAt10 = 0.0
        var ndcgAt10 = 0.0
    }

    let name: String
    let recommendable: Int
    private var users: [UInt32: Sums] = [:]
    private var shown: [Bool]
    private var diversitySum = 0.0
    private var diversityCount = 0

    init(name: String, items: Int, recommendable: Int) {
        self.name = name
        self.recommendable = recommendable
        shown = [Bool](repeating: false, count: items)
    }

    /// Takes in one list and its diversity, nil for a list too short to have one.
    mutating func add(_ list: [ItemNumber], for question: EvaluationCase, diversity: Double?) {
        let list = list.prefix(20)
        var sums = users[question.user] ?? Sums()
        sums.cases += 1
        if let place = list.firstIndex(of: question.target) {
            let gain = 1 / log2(Double(place) + 2)
            sums.recallAt20 += 1
            sums.ndcgAt20 += gain
            if place < 10 {
                sums.hitRateAt10 += 1
                sums.ndcgAt10 += gain
            }
        }
        users[question.user] = sums
        for item in list where Int(item) < shown.count { shown[Int(item)] = true }
        if let diversity {
            diversitySum += diversity
            diversityCount += 1
        }
    }

    /// What each user's cases were worth on average, in the order of the users.
    func qualityByUser() -> [UserQuality] {
        users.sorted { $0.key < $1.key }.map { user, sums in
            UserQuality(
                user: user, recallAt20: sums.recallAt20 / sums.cases, ndcgAt20: sums.ndcgAt20 / sums.cases,
                hitRateAt10: sums.hitRateAt10 / sums.cases, ndcgAt10: sums.ndcgAt10 / sums.cases)
        }
    }

    /// The averages.
    func quality() -> RankingQuality {
        var quality = RankingQuality(name: name)
        let count = Double(max(1, users.count))
        var squares = 0.0
        for user in qualityByUser() {
            quality.recallAt20 += user.recallAt20
            quality.ndcgAt20 += user.ndcgAt20
            quality.hitRateAt10 += user.hitRateAt10
            quality.ndcgAt10 += user.ndcgAt10
            squares += user.recallAt20 * user.recallAt20
        }
        quality.recallAt20 /= count
        quality.ndcgAt20 /= count
        quality.hitRateAt10 /= count
        quality.ndcgAt10 /= count
        squares /= count
        let variance = max(0, squares - quality.recallAt20 * quality.recallAt20)
        quality.recallAt20StandardError = (variance / count).squareRoot()
        quality.coverage = Double(shown.count { $0 }) / Double(max(1, recommendable))
        quality.diversity = diversityCount > 0 ? diversitySum / Double(diversityCount) : 0
        return quality
    }
}
