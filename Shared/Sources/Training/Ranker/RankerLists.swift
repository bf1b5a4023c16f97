import Domain

/// What the ranker learns from: lists of candidates, the one that the user took first.
struct RankerLists: Sendable {
    /// Candidates of a list; shorter ones are filled up with rows that have no chance.
    let length: Int
    let dimensions: Int
    let features: Int
    /// Lists × dimensions: the users' vectors, of length 1.
    private(set) var users: [Float] = []
    /// Lists × length: item numbers.
    private(set) var items: [Int32] = []
    /// Lists × length × features.
    private(set) var rows: [Float] = []
    /// Lists: what the taken candidate was worth to the user, the weight of what was done.
    private(set) var worths: [Float] = []
    /// Lists × length: what is added to a candidate's score, ln of how many it stands for.
    private(set) var offsets: [Float] = []

    /// What a row that only fills up gets added.
    static let noChance: Float = -1e30
    /// How firmly the linear model believes in the recall score: a weight that is 1 away costs as much as so many lists whose
    /// loss is 1 higher.
    private static let priorLists = 12.0

    init(length: Int, dimensions: Int, features: Int) {
        self.length = length
        self.dimensions = dimensions
        self.features = features
    }

    /// Lists there are.
    var count: Int { items.count / length }

    /// Adds a list of at most ``length`` candidates, the one taken first.
    mutating func append(
        user: ArraySlice<Float>, items list: [Int32], rows features: [Float], offsets: [Float], worth: Float
    ) {
        precondition(user.count == dimensions && list.count <= length && features.count == list.count * self.features)
        let missing = length - list.count
        users += user
        worths.append(worth)
        items += list + [Int32](repeating: list.first ?? 0, count: missing)
        rows += features + [Float](repeating: 0, count: missing * self.features)
        self.offsets += offsets + [Float](repeating: Self.noChance, count: missing)
    }

    /// Adds all lists of another collection of the same form.
    mutating func append(_ other: RankerLists) {
        users += other.users
        items += other.items
        rows += other.rows
        offsets += other.offsets
        worths += other.worths
    }

    /// The linear model of the features that tells best what was taken, a weight each; the fewer lists, the closer to the
    /// recall score, and that alone without any. Features that hardly vary get none.
    func linearModel(_ moments: FeatureMoments, threads: Int) -> [Float] {
        let score = RankingFeature.recallScore.rawValue
        var prior = [Float](repeating: 0, count: features)
        prior[score] = moments.scales[score] > 0 ? 1 / moments.scales[score] : 0
        let choices = (0..<count).map { list in
            let used = ((list * length)..<((list + 1) * length)).prefix { offsets[$0] > Self.noChance }
            let values = used.flatMap { row in
                (0..<features).map { (rows[row * features + $0] - moments.means[$0]) * moments.scales[$0] }
            }
            return ConditionalLogit.Choice(features: values, chosen: 0, offsets: Array(offsets[used]))
        }
        let logit = ConditionalLogit(
            choices: choices, prior: prior, ridge: Self.priorLists / Double(max(1, count)), threads: threads)
        var weights = zip(logit.weights, moments.scales).map { $0 * $1 }
        if choices.isEmpty { weights[score] = 1 }
        return weights
    }

    /// Mean and 1 / standard deviation of each feature over the rows that count.
    func featureMoments() -> FeatureMoments {
        var sums = [Double](repeating: 0, count: features)
        var squares = sums
        var number = 0.0
        for row in offsets.indices where offsets[row] > Self.noChance {
            number += 1
            for feature in 0..<features {
                let value = Double(rows[row * features + feature])
                sums[feature] += value
                squares[feature] += value * value
            }
        }
        let means = sums.map { $0 / max(1, number) }
        let scales = (0..<features).map { feature -> Float in
            let variance = squares[feature] / max(1, number) - means[feature] * means[feature]
            return variance > 1e-6 ? Float(1 / variance.squareRoot()) : 0
        }
        return FeatureMoments(means: means.map { Float($0) }, scales: scales)
    }
}
