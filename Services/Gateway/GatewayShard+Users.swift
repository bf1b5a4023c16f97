import Contracts
import Deadline
import Domain
import EventLog
import EventLoop
import HTTP
import JSON

extension GatewayShard {
    /// `PUT /users/{id}`: `{"attributes": {…}}` replaces what is known of the user besides events. Answers with the user where
    /// the features of this process follow the log, else with 202 once the change is durable; it waits in the outbox like
    /// an event where the log is away.
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
            let outcomes = try await shard.services.events.append([record])
            if shard.services.events.isImmediate {
                try await shard.answerUser(id, exchange)
            } else {
                shard.respond(exchange, status: 202) { json in
                    json.beginObject()
                    json.field("user", id)
                    json.field("status", outcomes.first == .queued ? "queued" : "accepted")
                    json.endObject()
                }
            }
        }
    }

    func getUser(_ id: String, _ exchange: HTTPExchange) throws(RequestError) {
        perform(exchange) { shard, exchange in try await shard.answerUser(id, exchange) }
    }

    /// `DELETE /users/{id}`: erases the user everywhere.
    ///
    /// What waits for the log goes first, so that nothing of the user gets there behind the erasure; the cache last, and
    /// once more when answers that are being made of the user's row are made.
    func deleteUser(_ id: String, _ exchange: HTTPExchange) throws(RequestError) {
        perform(exchange) { shard, exchange in
            try await shard.services.events.purge(key: id)
            let wasKnown = try await shard.services.users.erase(id)
            await shard.forget(id)
            guard wasKnown else { throw RequestError.unknownUser }
            exchange.respond(status: 204, contentType: "application/json")
        }
    }

    private func forget(_ id: String) async {
        guard let cache = recommender.cache else { return }
        let budget = budget
        await cache.forget(id, by: .after(nanoseconds: budget))
        Task(executorPreference: loop) { [loop] in
            try? await Task.sleep(for: .nanoseconds(2 * budget))
            // Not after the loop, which the cache belongs to.
            guard loop.isInLoop else { return }
            await cache.forget(id, by: .after(nanoseconds: budget))
        }
    }

    /// The row of its owner; where that does not answer in time, the one that the cache keeps.
    private func answerUser(_ id: String, _ exchange: HTTPExchange) async throws {
        let clock = clock(of: exchange)
        var rung = Rung.fresh
        let state: UserState
        switch await services.users.states(of: [id], by: clock.share(70)).first {
        case .found(let found): state = found
        case .unknown, nil: throw RequestError.unknownUser
        case .unavailable(let error):
            recommender.report(.users, error)
            guard case let kept?? = await recommender.cache?.users([id], by: clock.last).first else {
                throw RequestError.unavailable
            }
            state = kept
            rung = .cachedFeatures
        }
        let catalogue = services.items.snapshot()
        respond(exchange, rung: rung) { UserJSON.write(id, state, catalogue: catalogue, to: &$0) }
    }
}

extension RequestError {
    fileprivate static let unknownUser = RequestError(
        status: 404, kind: "unknown-user", detail: "Nothing is known of this user.")
}
