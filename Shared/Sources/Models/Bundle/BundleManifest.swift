/// What `manifest.json` of a bundle says.
public struct BundleManifest: Sendable, Equatable, Codable {
    /// A file of the bundle.
    public struct File: Sendable, Equatable, Codable {
        /// Bytes it has.
        public var size: Int
        /// SHA-256 in hexadecimal.
        public var sha256: String

        /// A description of a file.
        public init(size: Int, sha256: String) {
            self.size = size
            self.sha256 = sha256
        }
    }

    /// Sizes and settings of the two-tower model.
    public struct TwoTower: Sendable, Equatable, Codable {
        public var dimensions: Int
        public var itemHidden: Int
        public var userHidden: Int
        public var items: Int
        public var itemTokens: Int
        public var userTokens: Int
        public var temperature: Float
        public var historyLength: Int
        /// What of a user is pooled: `history`, or all that was `taken`; in older bundles the history.
        public var historyReach: String?
        public var shortHalfLife: Float
        public var shortAgeHalfLife: Float
        public var longAgeHalfLife: Float
    }

    /// Sizes and settings of a ranker in floats.
    public struct Ranker: Sendable, Equatable, Codable {
        public var hidden1: Int
        public var hidden2: Int
        public var features: [String]
        public var userScale: Float
    }

    /// Sizes and settings of a ranker in int8.
    public struct QuantisedRanker: Sendable, Equatable, Codable {
        public var hidden1: Int
        public var hidden2: Int
        public var features: [String]
        public var userScale: Float
    }

    /// Sizes of the item-to-item links.
    public struct Links: Sendable, Equatable, Codable {
        public var items: Int
        public var links: Int
        /// Names of the kinds of links in the order of their weights.
        public var kinds: [String]
        /// Which of a user's items they are followed from; in older bundles the latest.
        public var roots: String?
    }

    /// What the models were made from, and how good they are.
    public struct Description: Sendable, Equatable, Codable {
        /// When training ended, RFC 3339.
        public var created: String
        /// Where the data came from and how much there was.
        public var trainingData: String
        /// How it was split, and how the figures below were measured.
        public var split: String
        /// Counts of the training data by name.
        public var counts: [String: Int]
        /// Quality on the held-out part by name, such as `two-tower.ndcg@20`.
        public var quality: [String: Double]
        /// The ranking models side by side; nil where nothing was held out to measure them on, and in bundles from before
        /// there were cards.
        public var card: ReportCard?
        /// How training went; nil in bundles of builds that did not keep it.
        public var curves: LearningCurves?

        /// A description.
        public init(
            created: String, trainingData: String, split: String, counts: [String: Int] = [:],
            quality: [String: Double] = [:], card: ReportCard? = nil, curves: LearningCurves? = nil
        ) {
            self.created = created
            self.trainingData = trainingData
            self.split = split
            self.counts = counts
            self.quality = quality
            self.card = card
            self.curves = curves
        }
    }

    /// The format that this build writes. Format 1 knew rankers in floats alone, format 2 no item-to-item links; format 3 said in
    /// `links.places` how many candidates links bring, which they no longer do.
    public static let currentFormat = 4
    /// The formats that this build reads.
    public static let readableFormats = 1...4

    /// Version of the bundle's format.
    public var format: Int
    /// Name of the bundle, which is also its directory's.
    public var version: String
    /// All files but the manifest, by name.
    public var files: [String: File]
    /// The recall model.
    public var twoTower: TwoTower
    /// The ranker in floats, or the one in int8; a bundle without either ranks by the recall score.
    public var ranker: Ranker?
    public var quantisedRanker: QuantisedRanker?
    /// The item-to-item links; nil where there are none.
    public var links: Links?
    /// ``ModelBundle/diversity``; nil in older bundles.
    public var diversity: Float?
    /// Where the models come from.
    public var description: Description
}
