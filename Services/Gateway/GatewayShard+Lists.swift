import Contracts
import Deadline
import Domain
import HTTP

extension GatewayShard {
    /// `GET /similar`, `/popular` and `/latest`.
    func similar(_ exchange: HTTPExchange) throws(RequestError) {
        let request = try ListRequest.similar(exchange.request, defaults: services.configuration)
        guard let id = request.item, let number = services.items.number(of: id),
            services.items.snapshot().isAvailable(number)
        else { throw .unknownItem }
        perform(exchange) { shard, exchange in
            let found = try await shard.services.recall.similar(to: [number], limit: request.count, by: .never)
            shard.respond(exchange, found.items.indices.map { (found.items[$0], found.scores[$0]) }, .similar)
        }
    }

    func popular(_ exchange: HTTPExchange) throws(RequestError) {
        let request = try ListRequest.plain(exchange.request, defaults: services.configuration)
        let snapshot = services.items.snapshot()
        let items = snapshot.popular(request.count, category: request.category)
        respond(exchange, items.map { ($0, snapshot.statistics.popularity(of: $0)) }, .popular)
    }

    func latest(_ exchange: HTTPExchange) throws(RequestError) {
        let request = try ListRequest.plain(exchange.request, defaults: services.configuration)
        let snapshot = services.items.snapshot()
        let items = snapshot.latest(request.count, category: request.category)
        respond(exchange, items.map { ($0, snapshot.statistics.popularity(of: $0)) }, .latest)
    }

    private func respond(
        _ exchange: HTTPExchange, _ items: [(item: ItemNumber, score: Float)], _ source: CandidateSource
    ) {
        let writer = AnswerWriter(model: services.model() ?? "")
        let requestID = requestIDs.next()
        let catalogue = services.items.snapshot()
        respond(exchange) {
            writer.write(items, source: source, catalogue: catalogue, requestID: requestID, into: &$0)
        }
    }
}

extension RequestError {
    static let unknownItem = RequestError(
        status: 404, kind: "unknown-item", detail: "The catalogue has no such item; PUT /items/{id} adds one.")
}
