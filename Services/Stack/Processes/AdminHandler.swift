import Gateway
import HTTP
import Metrics

/// Answers probes and scrapes. Belongs to its loop's thread.
final class AdminHandler: HTTPBatchHandler {
    private let policy: AdminPolicy
    private let keys: APIKeys
    private let board: ReadinessBoard
    private let metrics: MetricRegistry

    init(policy: AdminPolicy, board: ReadinessBoard, metrics: MetricRegistry) {
        self.policy = policy
        self.board = board
        self.metrics = metrics
        keys = APIKeys(hashes: policy.keyHashes)
    }

    func handle(_ batch: [HTTPExchange]) {
        for exchange in batch { answer(exchange) }
    }

    private func answer(_ exchange: HTTPExchange) {
        let request = exchange.request
        guard request.segmentCount == 1 else { return exchange.respond(Self.unknownPath) }
        let answer: ((HTTPExchange) -> Void)? =
            if request.segmentEquals(0, "livez") {
                { $0.respond(status: 200, contentType: Self.text, body: "ok\n") }
            } else if request.segmentEquals(0, "readyz") {
                ready
            } else if request.segmentEquals(0, "metrics") {
                scrape
            } else {
                nil
            }
        guard let answer else { return exchange.respond(Self.unknownPath) }
        guard request.method == .get || request.method == .head else {
            return exchange.respond(.methodNotAllowed("This path answers to GET or HEAD."))
        }
        answer(exchange)
    }

    private func ready(_ exchange: HTTPExchange) {
        switch board.current {
        case .ready: exchange.respond(status: 200, contentType: Self.text, body: "ready\n")
        case .waiting(let reason):
            exchange.respond(
                HTTPProblem(status: 503, kind: "not-ready", title: "Not ready", detail: reason),
                headers: [("Retry-After", "1")])
        }
    }

    private func scrape(_ exchange: HTTPExchange) {
        guard policy.showsMetrics else {
            return exchange.respond(
                HTTPProblem(
                    status: 403, kind: "forbidden", title: "Forbidden",
                    detail:
                        "Metrics are shown on loopback, or elsewhere to holders of an API key: set CASCADE_API_KEYS."))
        }
        guard keys.admits(exchange.request) else {
            return exchange.respond(
                HTTPProblem(status: 401, kind: "unauthorized", title: "Unauthorized", detail: APIKeys.remedy))
        }
        exchange.respond(
            status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: metrics.render())
    }

    private static let text: StaticString = "text/plain; charset=utf-8"
    private static let unknownPath = HTTPProblem.notFound("Nothing is here. There are /livez, /readyz and /metrics.")
}
