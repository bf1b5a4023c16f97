import Contracts
import Deadline
import Domain
import EventLog
import EventLoop
import HTTP
import JSON

extension GatewayShard {
    /// `PUT /users/{id}`: `{"attributes": {…}}` replaces what is known of the user besides events.
    func putUser(_ id: String, _ exchange: HTTPExchange) throws(RequestError) {
        let fields: [String: FieldValue]
        do {
            fields = try parser.withDocument(exchange.request.body.bytes) {
                try UserAttributesJSON.attributes(from: $0)
            }
        } catch {
            throw RequestError(wrapping: error)
        }
        let now = services.clock()
        let event = Event(
            id: "attributes-\(requestIDs.next())", type: Event.userAttributesType, user: id, items: [], timestamp: now,
            fields: fields)
        perform(exchange) { shard, exchange in
            let record = NewRecord(
                topic: shard.services.topics.userEvents, key: id, id: event.id, value: EventJSON.encoded(event),
                timestamp: now)
            _ = try await shard.services.events.append([record])
            try await shard.answerUser(id, exchange)
        }
    }

    func getUser(_ id: String, _ exchange: HTTPExchange) throws(RequestError) {
        perform(exchange) { shard, exchange in try await shard.answerUser(id, exchange) }
    }

    /// `DELETE /users/{id}`: erases the user everywhere.
    func deleteUser(_ id: String, _ exchange: HTTPExchange) throws(RequestError) {
        perform(exchange) { shard, exchange in
            guard try await shard.services.users.erase(id) else { throw RequestError.unknownUser }
            exchange.respond(status: 204, contentType: "application/json")
        }
    }

    private func answerUser(_ id: String, _ exchange: HTTPExchange) async throws {
        guard let state = try await services.users.states(of: [id], by: .never).first?.get() else {
            throw RequestError.unknownUser
        }
        let catalogue = services.items.snapshot()
        respond(exchange) { UserJSON.write(id, state, catalogue: catalogue, to: &$0) }
    }
}

extension RequestError {
    fileprivate static let unknownUser = RequestError(
        status: 404, kind: "unknown-user", detail: "Nothing is known of this user.")
}
