/// What a bundle's ``ReportCard`` may say at most for the bundle to become the live one.
public struct ModelLimits: Sendable, Equatable {
    /// AUC that the served ranker loses against the teacher.
    public var aucLoss: Double
    /// Bytes of the served ranker.
    public var bytes: Int
    /// Its time for 200 candidates.
    public var microseconds: Double

    /// Limits.
    public init(aucLoss: Double = .infinity, bytes: Int = .max, microseconds: Double = .infinity) {
        self.aucLoss = aucLoss
        self.bytes = bytes
        self.microseconds = microseconds
    }

    /// Which limits a card breaks, a sentence each; empty when it keeps all.
    public func broken(by card: ReportCard) -> [String] {
        guard let served = card.rows.last else { return [] }
        var broken: [String] = []
        func check(_ isKept: Bool, _ what: @autoclosure () -> String) { if !isKept { broken.append(what()) } }
        check(
            card.aucLoss <= aucLoss,
            "AUC \(Self.short(served.auc)) is \(Self.short(card.aucLoss)) below the \(card.rows[0].name)'s, the limit is "
                + "\(aucLoss)")
        check(served.bytes <= bytes, "the \(served.name) ranker needs \(served.bytes) bytes, the limit is \(bytes)")
        check(
            served.microseconds <= microseconds,
            "the \(served.name) ranker takes \(Self.short(served.microseconds)) µs for 200 candidates, the limit is "
                + "\(microseconds)"
        )
        return broken
    }

    /// A figure with five decimals.
    private static func short(_ figure: Double) -> Double { (figure * 1e5).rounded() / 1e5 }
}
