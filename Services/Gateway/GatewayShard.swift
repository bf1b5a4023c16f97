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
    let recommender: Recommender
    let watch: Watch
    /// A request's time, nanoseconds.
    let budget: UInt64
    private let meter: StageMeter
    private let keys: APIKeys
    private let complaints: Complaints
    private let popularKeeper: PopularKeeper?
    let writer = AnswerWriter()
    var requestIDs = RequestIDs()
    var json = JSONWriter(capacity: 8192)
    let parser = JSONParser()

    /// - Throws: when the system has no room for the shard's timers.
    package init(services: GatewayServices, loop: EventLoop) throws {
        self.services = services
        self.loop = loop
        let counters = GatewayCounters(services.metrics)
        self.counters = counters
        meter = StageMeter(services.metrics)
        keys = APIKeys(hashes: services.configuration.apiKeyHashes)
        budget = UInt64(max(1, services.configuration.deadlineMilliseconds)) * 1_000_000
        complaints = Complaints(services.logger)
        let complaints = complaints
        recommender = Recommender(services, counters: counters, meter: meter) { failure in
            counters.failures(failure).add()
            complaints.complain(failure)
        }
        watch = try Watch(loop: loop)
        popularKeeper = try recommender.cache.map { cache in
            try PopularKeeper(loop: loop, catalogue: services.items, cache: cache)
        }
    }

    package func handle(_ batch: [HTTPExchange]) {
        var lap = meter.start()
        let now = EventLoop.preciseNow
        var exchanges: [HTTPExchange] = []
        var requests: [RecommendRequest] = []
        for exchange in batch {
            do throws(RequestError) {
                let route = try Route(exchange.request)
                if !route.isOpen { try keys.check(exchange.request) }
                guard case .recommend = route else {
                    try dispatch(route, exchange)
                    continue
                }
                let request = try RecommendRequest(exchange.request, defaults: services.configuration)
                if StageClock.isTooLate(arrival: exchange.request.arrival, now: now, budget: budget) {
                    answerLate(request, exchange)
                } else {
                    requests.append(request)
                    exchanges.append(exchange)
                }
            } catch {
                refuse(exchange, error)
            }
        }
        lap.end(.parse)
        guard let oldest = exchanges.lazy.map(\.request.arrival).min() else { return }
        counters.batchSizes.record(UInt64(requests.count))
        let work = BatchWork(
            exchanges: exchanges, requests: requests, clock: StageClock(arrival: oldest, budget: budget), shard: self)
        watch.add(work)
        Task(executorPreference: loop) { await self.recommend(work) }
    }

    private func recommend(_ work: BatchWork) async {
        let answers = await recommender.answers(to: work.requests, clock: work.clock) { work.rows = $0 }
        guard work.finish() else { return }
        var lap = meter.start()
        answer(work, answers)
        lap.end(.answer)
    }

    /// A batch whose stages did not keep to their deadlines.
    func expire(_ work: BatchWork) {
        counters.overdue.add(UInt64(work.requests.count))
        answer(work, recommender.lastResort(work.requests, rows: work.rows))
    }

    /// A request that had waited for too long when its turn came.
    private func answerLate(_ request: RecommendRequest, _ exchange: HTTPExchange) {
        counters.tooLate.add()
        answer(exchange, request, recommender.lastResort([request], rows: nil), place: 0, now: EventLoop.preciseNow)
    }

    private func answer(_ work: BatchWork, _ answers: Answers) {
        guard loop.isInLoop else { return }
        let now = EventLoop.preciseNow
        for (place, exchange) in work.exchanges.enumerated() {
            answer(exchange, work.requests[place], answers, place: place, now: now)
        }
    }

    private func answer(
        _ exchange: HTTPExchange, _ request: RecommendRequest, _ answers: Answers, place: Int, now: UInt64
    ) {
        let taken = now &- exchange.request.arrival
        let rung = answers.answers[place].rung
        json.reset()
        writer.write(
            answers, place: place, request: request,
            head: AnswerWriter.Head(requestID: requestIDs.next(), milliseconds: Double(taken) * 1e-6), into: &json)
        json.withBytes {
            exchange.respond(status: 200, contentType: "application/json", headers: rung.headers, body: $0)
        }
        counters.latency.record(taken)
        counters.answers(rung).add()
    }

    // MARK: Answering

    // What ends after the loop runs elsewhere: its client is gone, and what belongs to the loop must not be touched.

    func refuse(_ exchange: HTTPExchange, _ error: RequestError) {
        guard loop.isInLoop else { return }
        let headers: [(name: StaticString, value: String)] = error.retryAfter.map { [("Retry-After", "\($0)")] } ?? []
        exchange.respond(
            HTTPProblem(status: error.status, kind: error.kind, title: error.title, detail: error.detail),
            headers: headers)
    }

    /// Answers with the JSON that `write` makes.
    func respond(
        _ exchange: HTTPExchange, status: Int = 200, rung: Rung? = nil, _ write: (inout JSONWriter) -> Void
    ) {
        guard loop.isInLoop else { return }
        json.reset()
        write(&json)
        json.withBytes {
            exchange.respond(
                status: status, contentType: "application/json", headers: rung?.headers ?? [], body: $0)
        }
    }

    /// When a stage of a request has to be done that is asked one thing only.
    func clock(of exchange: HTTPExchange) -> StageClock {
        StageClock(arrival: exchange.request.arrival, budget: budget)
    }

    /// Runs a request's own asynchronous work on the loop; what it throws becomes the answer.
    func perform(
        _ exchange: HTTPExchange, _ body: @escaping @Sendable (GatewayShard, HTTPExchange) async throws -> Void
    ) {
        Task(executorPreference: loop) {
            do {
                try await body(self, exchange)
            } catch {
                let answer = RequestError(wrapping: error)
                if answer.status == 500 { self.complaints.complain(ofRequest: error) }
                self.refuse(exchange, answer)
            }
        }
    }
}
