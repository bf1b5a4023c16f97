import Contracts
import Deadline
import Domain
import HTTP

extension GatewayShard {
    /// `GET /similar`: the items most like one; where recall does not answer in time, popular ones of its categories.
    func similar(_ exchange: HTTPExchange) throws(RequestError) {
        let request = try ListRequest.similar(exchange.request, defaults: services.configuration)
        let snapshot = services.items.snapshot()
        guard !isWithoutCatalogue(snapshot) else { throw .noCatalogue }
        guard let id = request.item, let number = services.items.number(of: id), snapshot.isAvailable(number)
        else { throw .unknownItem }
        let work = SimilarWork(exchange, number, request, limit: clock(of: exchange).limit, shard: self)
        watch.add(work)
        Task(executorPreference: loop) { await self.similar(work) }
    }

    private func similar(_ work: SimilarWork) async {
        do {
            let found = try await services.recall.similar(
                to: [work.item], limit: work.request.count, by: clock(of: work.exchange).last)
            guard work.finish() else { return }
            respond(
                work.exchange,
                CachedList(model: found.model, items: found.items, scores: found.scores, sources: found.sources),
                rung: .fresh)
        } catch {
            recommender.report(.recall, error)
            if work.finish() { answerWithoutRecall(work) }
        }
    }

    /// Popular items of an item's categories, then popular ones, without the item itself.
    func answerWithoutRecall(_ work: SimilarWork) {
        let snapshot = services.items.snapshot()
        var lists = PopularLists(snapshot)
        let segment = snapshot.isInCatalogue(work.item) ? snapshot.rows[Int(work.item)].categories : []
        let items = lists.items(work.request.count, segment: segment, category: nil, without: [work.item])
        guard let first = items.first else { return refuse(work.exchange, .nothingSimilar) }
        respond(
            work.exchange, lists.list(of: items),
            rung: lists.belongs(first, to: segment) ? .popularSegment : .popular)
    }

    /// `GET /popular`: needs the catalogue alone, or what the cache keeps of it.
    func popular(_ exchange: HTTPExchange) throws(RequestError) {
        let request = try ListRequest.plain(exchange.request, defaults: services.configuration)
        let snapshot = services.items.snapshot()
        guard !isWithoutCatalogue(snapshot) else { return try kept(request, exchange) }
        let items = snapshot.popular(request.count, category: request.category)
        respond(exchange, PopularLists(snapshot).list(of: items), rung: .fresh)
    }

    /// `GET /latest`: needs the catalogue alone.
    func latest(_ exchange: HTTPExchange) throws(RequestError) {
        let request = try ListRequest.plain(exchange.request, defaults: services.configuration)
        let snapshot = services.items.snapshot()
        guard !isWithoutCatalogue(snapshot) else { throw .noCatalogue }
        var list = PopularLists(snapshot).list(of: snapshot.latest(request.count, category: request.category))
        list.sources = [CandidateSource](repeating: .latest, count: list.items.count)
        respond(exchange, list, rung: .fresh)
    }

    /// Whether there is no catalogue though there may be items: this process follows it and has not been able to yet.
    func isWithoutCatalogue(_ snapshot: CatalogueSnapshot) -> Bool {
        snapshot.rows.count == 0 && !services.hasCatalogue()
    }

    private func kept(_ request: ListRequest, _ exchange: HTTPExchange) throws(RequestError) {
        guard let cache = recommender.cache else { throw .noCatalogue }
        perform(exchange) { shard, exchange in
            let items = await cache.popularItems(category: request.category, by: shard.clock(of: exchange).last)
            guard !items.isEmpty else { throw RequestError.noCatalogue }
            let requestID = shard.requestIDs.next()
            shard.respond(exchange, rung: .popular) {
                shard.writer.write(items.prefix(request.count), requestID: requestID, into: &$0)
            }
        }
    }

    private func respond(_ exchange: HTTPExchange, _ list: CachedList, rung: Rung) {
        var list = list
        if list.model.isEmpty { list.model = recommender.liveModel ?? "" }
        let requestID = requestIDs.next()
        let catalogue = services.items.snapshot()
        respond(exchange, rung: rung) {
            writer.write(list, catalogue: catalogue, requestID: requestID, into: &$0)
        }
    }
}

/// A request for similar items on its way.
// @unchecked: stays on the loop that its exchange lives on.
final class SimilarWork: Watched, @unchecked Sendable {
    let exchange: HTTPExchange
    let item: ItemNumber
    let request: ListRequest
    private weak let shard: GatewayShard?

    init(_ exchange: HTTPExchange, _ item: ItemNumber, _ request: ListRequest, limit: UInt64, shard: GatewayShard) {
        self.exchange = exchange
        self.item = item
        self.request = request
        self.shard = shard
        super.init(limit: limit)
    }

    override func expire() { shard?.answerWithoutRecall(self) }
}

extension RequestError {
    static let unknownItem = RequestError(
        status: 404, kind: "unknown-item", detail: "The catalogue has no such item; PUT /items/{id} adds one.")

    fileprivate static let nothingSimilar = RequestError(
        status: 503, kind: "not-ready",
        detail: "Similar items cannot be found now, and the catalogue has no other items; try again shortly.",
        retryAfter: 1)

    static let noCatalogue = RequestError(
        status: 503, kind: "not-ready",
        detail: "The catalogue has not been read yet; try again shortly.", retryAfter: 1)
}
