/// What happened to one item: sums that fade with time, and some that do not.
///
/// Decayed sums are stored as of ``updatedAt``; ``decayed(_:at:)`` brings them forward. All arithmetic is in a fixed
/// order on `Float`, so that a replay gives the same bits.
public struct ItemCounters: Sendable, Equatable {
    /// Positive weight, decayed with ``halfLife``.
    public var recent: Float = 0
    /// Times shown, decayed.
    public var impressions: Float = 0
    /// Positive interactions, decayed like impressions: over those it is the response rate.
    public var responses: Float = 0
    /// Interactions of all time.
    public var total: Float = 0
    /// Sum and number of ratings.
    public var ratingSum: Float = 0
    public var ratingCount: Float = 0
    /// When the decayed sums were last brought forward, milliseconds since the epoch.
    public var updatedAt: Int64 = 0
    /// When the item was last interacted with, 0 for never.
    public var lastInteraction: Int64 = 0

    /// After this time a decayed sum counts half: 14 days, in milliseconds.
    public static let halfLife: Float = 14 * 86_400_000

    /// Nothing has happened yet.
    public init() {}

    /// A decayed sum of this item as of a later moment.
    public func decayed(_ sum: Float, at moment: Int64) -> Float {
        moment > updatedAt ? sum * Decay.factor(halfLives(until: moment)) : sum
    }

    /// Half-lives since the decayed sums were brought forward; 0 for a moment before that.
    @inline(__always)
    func halfLives(until moment: Int64) -> Float {
        moment > updatedAt ? Float(moment - updatedAt) / Self.halfLife : 0
    }

    /// Takes an interaction in that happened at the stream's time `moment`.
    public mutating func apply(_ entry: HistoryEntry, at moment: Int64) {
        if moment > updatedAt {
            let factor = Decay.factor(halfLives(until: moment))
            recent *= factor
            impressions *= factor
            responses *= factor
            updatedAt = moment
        }
        if entry.kind == .impression {
            impressions += 1
            return
        }
        total += 1
        lastInteraction = max(lastInteraction, entry.timestamp)
        if entry.weight > 0 {
            recent += entry.weight
            responses += 1
        }
        if entry.kind == .rating, !entry.value.isNaN {
            ratingSum += entry.value
            ratingCount += 1
        }
    }
}
