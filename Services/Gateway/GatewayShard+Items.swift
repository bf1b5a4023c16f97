import Contracts
import Domain
import EventLoop
import HTTP
import JSON

extension GatewayShard {
    /// `PUT /items/{id}`: answers once the item is durable and can be recommended. Items are not queued: an id is given its
    /// number by their owner alone, and events may follow at once. Where the owner or the log is away, 503 asks for another
    /// try.
    func putItem(_ id: String, _ exchange: HTTPExchange) throws(RequestError) {
        let item: Item
        do {
            let rules = ItemJSON.Rules.client(now: services.clock(), id: id)
            item = try parser.withDocument(exchange.request.body.bytes) { try ItemJSON.item(from: $0, rules: rules) }
        } catch {
            throw RequestError(wrapping: error)
        }
        let isNew = row(id) == nil
        perform(exchange) { shard, exchange in
            try await shard.services.items.put([item])
            shard.respond(exchange, status: isNew ? 201 : 200) { ItemJSON.write(item, to: &$0) }
        }
    }

    func getItem(_ id: String, _ exchange: HTTPExchange) throws(RequestError) {
        guard let row = row(id) else {
            throw isWithoutCatalogue(services.items.snapshot()) ? .noCatalogue : .unknownItem
        }
        respond(exchange) { ItemJSON.write(row.item, to: &$0) }
    }

    func deleteItem(_ id: String, _ exchange: HTTPExchange) throws(RequestError) {
        perform(exchange) { shard, exchange in
            guard try await shard.services.items.delete(id) else { throw RequestError.unknownItem }
            exchange.respond(status: 204, contentType: "application/json")
        }
    }

    private func row(_ id: String) -> ItemRow? {
        let snapshot = services.items.snapshot()
        guard let number = services.items.number(of: id), snapshot.isInCatalogue(number) else { return nil }
        return snapshot.rows[Int(number)]
    }
}
