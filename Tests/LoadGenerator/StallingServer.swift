import EventLoop
import HTTP

/// An HTTP server that stops answering for a while after its first request under `/recommend`, and then catches up.
final class StallingServer: HTTPBatchHandler, ShardService {
    private let loop: EventLoop
    private let delay: UInt64
    private let length: UInt64
    private var server: HTTPServer?
    private var begin: UInt64?
    private var held: [HTTPExchange] = []
    private var isOver = false

    /// - Parameters:
    ///   - delay: nanoseconds from the first request to the stall.
    ///   - length: nanoseconds of the stall.
    init(loop: EventLoop, delay: UInt64, length: UInt64) throws {
        self.loop = loop
        self.delay = delay
        self.length = length
        server = try HTTPServer(loop: loop, configuration: HTTPServerConfiguration(), handler: self)
    }

    func listen() throws -> SocketAddress? {
        try server?.listen(on: SocketAddress(host: "127.0.0.1", port: 0))
    }

    func handle(_ batch: [HTTPExchange]) {
        for exchange in batch {
            guard exchange.request.pathEquals("/recommend") else {
                exchange.respond(status: 404, contentType: "text/plain", body: "no metrics here")
                continue
            }
            let now = EventLoop.preciseNow
            if begin == nil {
                begin = now
                _ = try? loop.schedule(after: delay + length) { [unowned self] in release() }
            }
            // The timer alone ends the stall: it may fire a moment early, and what is held then is held for ever.
            if !isOver && now >= (begin ?? now) + delay {
                held.append(exchange)
            } else {
                answer(exchange)
            }
        }
    }

    private func release() {
        isOver = true
        for exchange in held { answer(exchange) }
        held = []
    }

    private func answer(_ exchange: HTTPExchange) {
        exchange.respond(
            status: 200, contentType: "application/json", body: "{\"user\":\"u1\",\"degraded\":\"fresh\",\"items\":[]}")
    }

    func drain(_ completion: @escaping () -> Void) {
        server?.drain(completion)
    }
}
