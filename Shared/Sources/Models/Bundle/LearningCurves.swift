/// How a training went, epoch by epoch: no times are in it, so that the same training writes the same.
public struct LearningCurves: Sendable, Equatable, Codable {
    /// The end of an epoch.
    public struct Point: Sendable, Equatable, Codable {
        /// What was trained, such as `two-tower`.
        public var phase: String
        /// From 1.
        public var epoch: Int
        /// Mean loss over the epoch.
        public var loss: Double
        /// Figures on the validation part by name, such as `ndcg@20`; empty without validation cases.
        public var figures: [String: Double]

        /// A point.
        public init(phase: String, epoch: Int, loss: Double, figures: [String: Double]) {
            self.phase = phase
            self.epoch = epoch
            self.loss = loss
            self.figures = figures
        }
    }

    /// The format that this build writes; others are not shown.
    public static let currentFormat = 1

    /// Version of this part of the manifest.
    public var format = Self.currentFormat
    /// In the order of training.
    public var points: [Point]

    /// Curves of some points.
    public init(_ points: [Point]) { self.points = points }

    /// The epoch of a phase with the highest value of a figure, of equal ones the first; nil where it has none.
    public func bestEpoch(of phase: String, by figure: String = "ndcg@20") -> Int? {
        var best: (epoch: Int, figure: Double)?
        for point in points where point.phase == phase {
            guard let value = point.figures[figure], value > best?.figure ?? -.infinity else { continue }
            best = (point.epoch, value)
        }
        return best?.epoch
    }
}
