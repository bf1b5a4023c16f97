import HTTP
import Metrics

extension GatewayShard {
    /// `GET /livez`: the process answers.
    func live(_ exchange: HTTPExchange) {
        exchange.respond(status: 200, contentType: "text/plain; charset=utf-8", body: "ok\n")
    }

    /// `GET /readyz`: answers come from a trained model and a catalogue that is followed.
    func ready(_ exchange: HTTPExchange) throws(RequestError) {
        if let missing = services.missing() {
            throw RequestError(status: 503, kind: "not-ready", detail: missing, retryAfter: 1)
        }
        exchange.respond(status: 200, contentType: "text/plain; charset=utf-8", body: "ready\n")
    }

    /// `GET /metrics`, in Prometheus's text format.
    func metrics(_ exchange: HTTPExchange) {
        exchange.respond(
            status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: services.metrics.render())
    }
}
