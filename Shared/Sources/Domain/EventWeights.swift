/// How strongly an event speaks for an item: the unit is one click.
///
/// A negative weight speaks against the item; zero leaves the user's taste as it is.
public struct EventWeights: Sendable, Equatable {
    /// Weight by name of the event type.
    public var byName: [String: Float]

    /// The highest value that a `rating` takes: 5 for stars, 10 for marks up to ten.
    public var ratingScale: Float

    /// Weights that suit a shop and a film site alike.
    public static let standard = EventWeights(
        byName: [
            "view": 0.5, "click": 1, "like": 2, "cart": 3, "purchase": 4, "rating": 1, "dislike": -1, "impression": 0,
        ],
        ratingScale: 5)

    /// Weights by name; a type without a weight counts as ``unnamed``.
    public init(byName: [String: Float], ratingScale: Float) {
        self.byName = byName
        self.ratingScale = ratingScale
    }

    /// What an event type without a configured weight counts.
    public static let unnamed: Float = 0.5

    /// The weight of an event. A rating's weight grows with its value, from a quarter to one and a half of the type's
    /// weight: whoever rated an item has at least chosen it.
    public func weight(type: String, value: Double?) -> Float {
        let weight = byName[type] ?? Self.unnamed
        guard type == "rating", let value, ratingScale > 0 else { return weight }
        let share = min(max(Float(value) / ratingScale, 0), 1)
        return weight * (0.25 + 1.25 * share)
    }
}
