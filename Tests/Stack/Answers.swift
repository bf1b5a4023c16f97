/// The answer of `GET /recommend`, as the design has it.
struct Recommendation: Decodable {
    struct Item: Decodable {
        struct Explanation: Decodable {
            let recall_score: Float
            let recall_rank: Int
            let ranking_rank: Int
            /// Absent where no ranking took place.
            let features: [String: Float]?
        }

        let id: String
        let score: Float
        let source: String
        let title: String
        let categories: [String]
        let reason: String?
        let explain: Explanation?
    }

    let request_id: String
    let user: String
    let model: String
    let variant: String
    let degraded: String
    let took_ms: Double
    let items: [Item]
    let next: String?

    var ids: [String] { items.map(\.id) }
}

/// The answer of `GET /similar`, `/popular` and `/latest`.
struct ItemList: Decodable {
    struct Item: Decodable {
        let id: String
        let score: Float
        let source: String
        let title: String
    }

    let request_id: String
    let model: String
    let items: [Item]

    var ids: [String] { items.map(\.id) }
}

/// The answer of `POST /events`.
struct EventReceipt: Decodable {
    struct Result: Decodable {
        let event_id: String?
        let status: String
        let type: String?
    }

    let accepted: Int
    let duplicates: Int
    let rejected: Int
    let results: [Result]
}

/// The answer of `GET /users/{id}`.
struct UserSheet: Decodable {
    struct Entry: Decodable {
        let item: String
        let kind: String
    }

    let user: String
    let version: Int
    let attributes: [String]
    let seen: Int
    let history: [Entry]
}

extension Connection {
    /// Asks for a recommendation that must be given.
    func recommend(_ query: String) throws -> Recommendation {
        let reply = try get("/recommend?\(query)")
        guard reply.status == 200 else { throw Failure(description: "\(query): \(reply.status) \(reply.text)") }
        return try reply.decoded()
    }

    func list(_ target: String) throws -> ItemList {
        let reply = try get(target)
        guard reply.status == 200 else { throw Failure(description: "\(target): \(reply.status) \(reply.text)") }
        return try reply.decoded()
    }

    /// Sends an event that must be taken.
    @discardableResult
    func click(_ user: String, _ item: String, type: String = "click", at moment: Int64? = nil) throws -> EventReceipt {
        let ts = moment.map { ",\"ts\":\($0)" } ?? ""
        let reply = try post("/events", "{\"type\":\"\(type)\",\"user\":\"\(user)\",\"item\":\"\(item)\"\(ts)}")
        guard reply.status == 202 else { throw Failure(description: "event: \(reply.status) \(reply.text)") }
        return try reply.decoded()
    }
}
