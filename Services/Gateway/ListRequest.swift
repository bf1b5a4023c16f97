import HTTP

/// `GET /similar`, `/popular` and `/latest`, validated.
struct ListRequest {
    /// The item to be similar to; only with `/similar`.
    let item: String?
    let count: Int
    let category: String?

    static func similar(_ request: HTTPRequest, defaults: GatewayConfiguration) throws(RequestError) -> ListRequest {
        let parameters = try Parameters(request, allowed: ["item", "n"])
        return ListRequest(
            item: try parameters.requiredID("item"),
            count: try parameters.integer("n", in: 1...GatewayConfiguration.maximumCount, default: defaults.count),
            category: nil)
    }

    static func plain(_ request: HTTPRequest, defaults: GatewayConfiguration) throws(RequestError) -> ListRequest {
        let parameters = try Parameters(request, allowed: ["n", "category"])
        return ListRequest(
            item: nil,
            count: try parameters.integer("n", in: 1...GatewayConfiguration.maximumCount, default: defaults.count),
            category: try parameters.text("category", limit: 256))
    }
}
