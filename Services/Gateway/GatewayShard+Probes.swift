import HTTP
import Metrics

extension GatewayShard {
    /// `GET /livez`: the process answers.
    func live(_ exchange: HTTPExchange) {
        exchange.respond(status: 200, contentType: "text/plain; charset=utf-8", body: "ok\n")
    }

    /// `GET /readyz`: answers come from a trained model.
    func ready(_ exchange: HTTPExchange) throws(RequestError) {
        guard services.model() != nil else {
            throw RequestError(
                status: 503, kind: "not-ready",
                detail: "No model is live yet: one is being trained, or 'cascade train' has to make one.",
                retryAfter: 1)
        }
        exchange.respond(status: 200, contentType: "text/plain; charset=utf-8", body: "ready\n")
    }

    /// `GET /metrics`, in Prometheus's text format.
    func metrics(_ exchange: HTTPExchange) {
        exchange.respond(
            status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: services.metrics.render())
    }
}
