import Contracts
import Deadline
import Domain
package import EventLoop
package import HTTP
import JSON
import Logging
import Metrics

/// The gateway on one shard: takes what a turn of the loop brought, answers all recommendations of it as one batch.
// @unchecked: belongs to its loop's thread; tasks that hold it run on that loop.
package final class GatewayShard: HTTPBatchHandler, @unchecked Sendable {
    let services: GatewayServices
    let loop: EventLoop
    let counters: GatewayCounters
    private let meter: StageMeter
    private let recommender: Recommender
    private let keys: APIKeys
    var requestIDs = RequestIDs()
    var json = JSONWriter(capacity: 8192)
    let parser = JSONParser()
    private let complaints = LogRateLimit(intervalMilliseconds: 10_000)

    package init(services: GatewayServices, loop: EventLoop) {
        self.services = services
        self.loop = loop
        meter = StageMeter(services.metrics)
        counters = GatewayCounters(services.metrics)
        keys = APIKeys(hashes: services.configuration.apiKeyHashes)
        recommender = Recommender(
            users: services.users, catalogue: services.items, recall: services.recall, ranking: services.ranking,
            rerank: services.rerank, candidates: services.configuration.candidates)
    }

    package func handle(_ batch: [HTTPExchange]) {
        var lap = meter.start()
        var exchanges: [HTTPExchange] = []
        var requests: [RecommendRequest] = []
        for exchange in batch {
            do throws(RequestError) {
                let route = try Route(exchange.request)
                if !route.isOpen { try keys.check(exchange.request) }
                if case .recommend = route {
                    requests.append(try RecommendRequest(exchange.request, defaults: services.configuration))
                    exchanges.append(exchange)
                } else {
                    try dispatch(route, exchange)
                }
            } catch {
                refuse(exchange, error)
            }
        }
        lap.end(.parse)
        guard !requests.isEmpty else { return }
        counters.batchSizes.record(UInt64(requests.count))
        let work = Work(exchanges: exchanges, requests: requests)
        Task(executorPreference: loop) { await self.recommend(work) }
    }

    /// A batch on its way through the cascade.
    // @unchecked: stays on the loop that its exchanges live on.
    private struct Work: @unchecked Sendable {
        let exchanges: [HTTPExchange]
        let requests: [RecommendRequest]
    }

    private func recommend(_ work: Work) async {
        let answers = await recommender.answers(to: work.requests, by: .never, meter: meter) { complain($0) }
        var lap = meter.start()
        let writer = AnswerWriter(model: answers.candidates.model)
        let now = EventLoop.preciseNow
        for (query, exchange) in work.exchanges.enumerated() {
            let taken = now &- exchange.request.arrival
            json.reset()
            writer.write(
                answers, query: query, request: work.requests[query], requestID: requestIDs.next(),
                milliseconds: Double(taken) * 1e-6, into: &json)
            json.withBytes { exchange.respond(status: 200, contentType: "application/json", body: $0) }
            counters.latency.record(taken)
        }
        counters.answers(answers.rung).add(UInt64(work.exchanges.count))
        lap.end(.answer)
    }

    private func complain(_ error: any Error) {
        guard let suppressed = complaints.admit() else { return }
        services.logger.warning(
            "answering with popular items: a stage failed",
            ["error": .text("\(error)"), "suppressed": .integer(Int64(suppressed))])
    }

    // MARK: Answering

    func refuse(_ exchange: HTTPExchange, _ error: RequestError) {
        let headers: [(name: StaticString, value: String)] = error.retryAfter.map { [("Retry-After", "\($0)")] } ?? []
        exchange.respond(
            HTTPProblem(status: error.status, kind: error.kind, title: error.title, detail: error.detail),
            headers: headers)
    }

    /// Answers with the JSON that `write` makes.
    func respond(_ exchange: HTTPExchange, status: Int = 200, _ write: (inout JSONWriter) -> Void) {
        json.reset()
        write(&json)
        json.withBytes { exchange.respond(status: status, contentType: "application/json", body: $0) }
    }

    /// Runs a request's own asynchronous work on the loop; what it throws becomes the answer.
    func perform(
        _ exchange: HTTPExchange, _ body: @escaping @Sendable (GatewayShard, HTTPExchange) async throws -> Void
    ) {
        Task(executorPreference: loop) {
            do {
                try await body(self, exchange)
            } catch {
                self.refuse(exchange, RequestError(wrapping: error))
            }
        }
    }
}
