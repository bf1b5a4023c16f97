/// What a user did, as far as models and statistics tell kinds apart.
///
/// The name on the wire is free text (`Event.type`); names that are none of these are ``other``: they count with the
/// weight that the configuration gives them. Raw values are stored on disk and never change their meaning.
public enum EventKind: UInt8, Sendable, CaseIterable {
    case other = 0
    case view = 1
    case click = 2
    case like = 3
    case cart = 4
    case purchase = 5
    case rating = 6
    case dislike = 7
    case impression = 8

    /// The kind behind a name on the wire, ``other`` when there is none.
    public init(name: String) {
        self =
            switch name {
            case "view": .view
            case "click": .click
            case "like": .like
            case "cart": .cart
            case "purchase": .purchase
            case "rating": .rating
            case "dislike": .dislike
            case "impression": .impression
            default: .other
            }
    }
}
