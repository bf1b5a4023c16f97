/// How good, how large and how fast the ranking models of a training are, from the first to the one that is served.
public struct ReportCard: Sendable, Equatable, Codable {
    /// One model.
    public struct Row: Sendable, Equatable, Codable {
        /// `teacher`, `student`, `pruned`, `int8`.
        public var name: String
        /// Chance that the candidate that was taken scores above one that was not.
        public var auc: Double
        /// Mean of -ln of the probability that a candidate is, or is not, the one that was taken.
        public var logLoss: Double
        /// NDCG@10 of the candidates' order.
        public var ndcgAt10: Double
        /// Expected calibration error of the probabilities.
        public var calibrationError: Double
        /// Numbers that were learned.
        public var parameters: Int
        /// Bytes of what it needs to score: parameters, and what it keeps of each item.
        public var bytes: Int
        /// The same as it lies in memory while it serves, with the memory that one thread works in.
        public var residentBytes: Int
        /// Median processor time to score 200 candidates of a user, on one thread.
        public var microseconds: Double

        /// A row.
        public init(
            name: String, auc: Double, logLoss: Double, ndcgAt10: Double, calibrationError: Double, parameters: Int,
            bytes: Int, residentBytes: Int, microseconds: Double
        ) {
            self.name = name
            self.auc = auc
            self.logLoss = logLoss
            self.ndcgAt10 = ndcgAt10
            self.calibrationError = calibrationError
            self.parameters = parameters
            self.bytes = bytes
            self.residentBytes = residentBytes
            self.microseconds = microseconds
        }
    }

    /// In the order of their making; the last one is served.
    public var rows: [Row]
    /// What was measured on what, in words.
    public var method: String

    /// A card.
    public init(rows: [Row], method: String) {
        self.rows = rows
        self.method = method
    }

    /// The AUC that the served model loses against the first one; negative where it gains.
    public var aucLoss: Double {
        guard let first = rows.first, let last = rows.last else { return 0 }
        return first.auc - last.auc
    }
}
