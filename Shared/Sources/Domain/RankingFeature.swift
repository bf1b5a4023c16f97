/// The dense inputs of the ranker, in their order. Raw values index the ranker's first layer and are stored with it:
/// a new feature goes to the end.
public enum RankingFeature: Int, Sendable, CaseIterable {
    /// The two-tower model's score, bias included.
    case recallScore
    /// Share of the long history's weight that lies in the item's categories: the largest of them.
    case categoryShare
    /// The same, the average of its categories.
    case categoryMeanShare
    /// The same for the last eight entries, the largest.
    case recentCategoryShare
    /// 1/(1 + entries since the last one in a category of the item), 0 for none.
    case categoryRecency
    /// ln(1 + decayed positive weight).
    case recentPopularity
    /// ln(1 + interactions of all time).
    case totalPopularity
    /// Share of the item's weight that is recent: what is on the rise.
    case trend
    /// Decayed responses over decayed impressions, smoothed.
    case responseRate
    /// ln(1 + decayed impressions).
    case impressions
    /// Mean rating, smoothed towards nothing known; 0 where nobody rated.
    case ratingMean
    /// ln(1 + days since the item was created), 0 for unknown.
    case age
    /// ln(1 + days since anybody did something with it).
    case idleTime
    /// ln(1 + entries in the user's history).
    case historyLength
    /// ln(1 + times that the user's history has the item).
    case timesHad
    /// 1/(1 + entries since the user last had the item), 0 for never.
    case itemRecency
    /// Links from the user's latest items to the item (`LinkFeatures` in Models), by kind of link: it follows soon, the same
    /// users take both, both are near in histories; of the last few items, and of all that are remembered.
    case followingRecent
    case followingLong
    case companyRecent
    case companyLong
    case nearRecent
    case nearLong

    /// How many there are.
    public static let count = RankingFeature.allCases.count

    /// The specification that a bundle stores: names in order. A bundle with another one is not for this build.
    public static let specification = allCases.map { "\($0)" }
}
