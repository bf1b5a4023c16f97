import EventLoop
import Foundation
import HTTP
import Synchronization

/// A server that leaves out what a user clicked, some time after it was told.
final class ForgettingServer: HTTPBatchHandler, ShardService {
    /// How it misbehaves, and to which users: `u3` is by number 3.
    enum Manner: Sendable {
        case prompt
        /// Never leaves anything out for these.
        case never(@Sendable (Int) -> Bool)
        /// Refuses events by their number, from 1.
        case refusing(@Sendable (Int) -> Bool)
        /// Answers with the rung `popular`, the clicked item left out, until the event counts.
        case degrading
        /// Has nothing to recommend.
        case empty
    }

    /// What users clicked, and from when on that counts.
    final class Clicks: Sendable {
        private struct Event: Decodable {
            var type: String
            var user: String
            var item: String
        }

        private let byUser = Mutex<[String: [(item: Int, from: UInt64)]]>([:])

        /// Takes an event in; false when it is no click.
        func take(_ json: Data, delay: UInt64) -> Bool {
            guard let event = try? JSONDecoder().decode(Event.self, from: json), event.type == "click",
                let item = Int(event.item.dropFirst())
            else { return false }
            byUser.withLock { $0[event.user, default: []].append((item, EventLoop.preciseNow + delay)) }
            return true
        }

        func of(_ user: String) -> [(item: Int, from: UInt64)] { byUser.withLock { $0[user] ?? [] } }
    }

    private let loop: EventLoop
    private let delay: UInt64
    private let manner: Manner
    private var server: HTTPServer?
    private var events = 0
    private let clicks: Clicks

    /// - Parameter delay: nanoseconds from an event to its effect.
    init(loop: EventLoop, delay: UInt64, manner: Manner, clicks: Clicks) throws {
        self.clicks = clicks
        self.loop = loop
        self.delay = delay
        self.manner = manner
        server = try HTTPServer(loop: loop, configuration: HTTPServerConfiguration(), handler: self)
    }

    func listen() throws -> SocketAddress? {
        try server?.listen(on: SocketAddress(host: "127.0.0.1", port: 0))
    }

    func handle(_ batch: [HTTPExchange]) {
        for exchange in batch {
            if exchange.request.pathEquals("/events") {
                take(exchange)
            } else {
                answer(exchange)
            }
        }
    }

    private func take(_ exchange: HTTPExchange) {
        events += 1
        if case .refusing(let isRefused) = manner, isRefused(events) {
            exchange.respond(status: 503, contentType: "text/plain", body: "later")
        } else if clicks.take(Data(exchange.request.body.bytes), delay: delay) {
            exchange.respond(status: 202, contentType: "application/json", body: "{}")
        } else {
            exchange.respond(status: 400, contentType: "text/plain", body: "no event")
        }
    }

    private func answer(_ exchange: HTTPExchange) {
        let user = exchange.request.query("user") ?? ""
        let now = EventLoop.preciseNow
        let events = clicks.of(user)
        var left = Set(events.filter { $0.from <= now }.map(\.item))
        var rung = "fresh"
        switch manner {
        case .never(let isDeaf) where isDeaf(number(user)): left = []
        case .degrading where left.count < events.count:
            rung = "popular"
            left = Set(events.map(\.item))
        case .empty: left = Set(0..<1_000)
        default: break
        }
        let items = (0..<1_000).lazy.filter { !left.contains($0) }.prefix(5).map { "{\"id\":\"i\($0)\"}" }
        exchange.respond(
            status: 200, contentType: "application/json", headers: [("X-Cascade-Rung", rung)],
            body: "{\"items\":[\(items.joined(separator: ","))]}")
    }

    private func number(_ user: String) -> Int {
        Int(user.split(separator: "-").last ?? "") ?? -1
    }

    func drain(_ completion: @escaping () -> Void) {
        server?.drain(completion)
    }
}
