import HTTP

extension GatewayShard {
    /// Everything but recommendations, which are answered batch by batch.
    func dispatch(_ route: Route, _ exchange: HTTPExchange) throws(RequestError) {
        switch route {
        case .recommend: return
        case .similar: try similar(exchange)
        case .popular: try popular(exchange)
        case .latest: try latest(exchange)
        case .postEvents: try postEvents(exchange)
        case .putItem(let id): try putItem(id, exchange)
        case .getItem(let id): try getItem(id, exchange)
        case .deleteItem(let id): try deleteItem(id, exchange)
        case .putUser(let id): try putUser(id, exchange)
        case .getUser(let id): try getUser(id, exchange)
        case .deleteUser(let id): try deleteUser(id, exchange)
        case .live: live(exchange)
        case .ready: try ready(exchange)
        case .metrics: metrics(exchange)
        }
    }
}
