import Contracts
import Domain
import EventLog
import EventLoop
import HTTP
import JSON
import Metrics

extension GatewayShard {
    /// `POST /events`: answers once the events are durable: in the log, with the features of this process following them,
    /// or `queued` for a log that is away.
    func postEvents(_ exchange: HTTPExchange) throws(RequestError) {
        let snapshot = services.items.snapshot()
        let configuration = services.configuration
        let submission = try EventSubmission(
            exchange.request.body.bytes, parser: parser, limit: configuration.eventsPerRequest,
            rules: .client(now: services.clock(), ahead: configuration.maximumFutureSkew),
            makeID: { "auto-\(requestIDs.next())" },
            // Without a catalogue nobody can say: whoever folds the events into users knows.
            isKnown: { id in
                services.items.number(of: id).map { snapshot.isInCatalogue($0) } ?? isWithoutCatalogue(snapshot)
            })
        counters.eventsRejected.add(UInt64(submission.rejected.count))
        if submission.isSingle, let error = submission.rejected.first { throw error }
        perform(exchange) { shard, exchange in
            try await shard.store(submission, answering: exchange)
        }
    }

    private func store(_ submission: EventSubmission, answering exchange: HTTPExchange) async throws {
        let records = submission.accepted.map { event in
            NewRecord(
                topic: services.topics.userEvents, key: event.user, id: event.id, value: EventJSON.encoded(event),
                timestamp: event.timestamp)
        }
        let outcomes = records.isEmpty ? [] : try await services.events.append(records)
        let duplicates = outcomes.count { $0 == .duplicate }
        counters.eventsDuplicate.add(UInt64(duplicates))
        let queued = outcomes.count { $0 == .queued }
        counters.eventsQueued.add(UInt64(queued))
        counters.eventsAccepted.add(UInt64(outcomes.count - duplicates - queued))
        respond(exchange, status: outcomes.isEmpty ? 400 : 202) { json in
            json.beginObject()
            json.field("accepted", outcomes.count - duplicates)
            if queued > 0 { json.field("queued", queued) }
            json.field("duplicates", duplicates)
            json.field("rejected", submission.entries.count - outcomes.count)
            json.name("results")
            json.beginArray()
            var next = 0
            for entry in submission.entries {
                json.beginObject()
                switch entry {
                case .accepted(let event):
                    json.field("event_id", event.id)
                    json.field("status", outcomes[next].status)
                    next += 1
                case .rejected(let error):
                    json.field("status", "rejected")
                    json.field("type", "urn:cascade:problem:\(error.kind)")
                    json.field("detail", error.detail)
                }
                json.endObject()
            }
            json.endArray()
            json.endObject()
        }
    }
}

extension SinkOutcome {
    /// What a receipt says of an event.
    fileprivate var status: String {
        switch self {
        case .appended: "accepted"
        case .duplicate: "duplicate"
        case .queued: "queued"
        }
    }
}

extension EventSubmission {
    var accepted: [Event] {
        entries.compactMap { if case .accepted(let event) = $0 { event } else { nil } }
    }

    var rejected: [RequestError] {
        entries.compactMap { if case .rejected(let error) = $0 { error } else { nil } }
    }
}
