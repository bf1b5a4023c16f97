import Domain
import HTTP

/// `GET /recommend`, validated.
struct RecommendRequest {
    let user: String
    let count: Int
    let category: String?
    let exclude: [String]
    let diversity: Float?
    let explain: Bool
    /// Items that earlier pages of the same list showed.
    let shown: [ItemNumber]
}

extension RecommendRequest {
    private static let names: [StaticString] = [
        "user", "n", "scenario", "category", "exclude", "diversity", "explain", "cursor",
    ]

    init(_ request: HTTPRequest, defaults: GatewayConfiguration) throws(RequestError) {
        let parameters = try Parameters(request, allowed: Self.names)
        user = try parameters.requiredID("user")
        count = try parameters.integer("n", in: 1...GatewayConfiguration.maximumCount, default: defaults.count)
        category = try parameters.text("category", limit: 256)
        exclude = try parameters.list("exclude", limit: 200)
        diversity = try parameters.number("diversity", in: 0...1, default: defaults.diversity)
        explain = try parameters.flag("explain")
        _ = try parameters.text("scenario", limit: 64)
        if let text = parameters["cursor"] {
            guard let cursor = Cursor(text: text) else {
                throw .invalidParameter("cursor", "must be the 'next' of an earlier answer")
            }
            shown = cursor.shown
        } else {
            shown = []
        }
    }
}
