import EventLoop
import HTTP
import Metrics
import Synchronization

/// Shows what a shard's HTTP server counts: copied at the end of a turn, read when metrics are.
final class HTTPMetrics: Sendable {
    private let latest = Mutex(HTTPServerStatistics())

    private struct Field: Sendable {
        let name: String
        let help: String
        let labels: KeyValuePairs<String, String>
        let path: any KeyPath<HTTPServerStatistics, UInt64> & Sendable

        init(
            _ name: String, _ help: String, _ labels: KeyValuePairs<String, String>,
            _ path: any KeyPath<HTTPServerStatistics, UInt64> & Sendable
        ) {
            self.name = name
            self.help = help
            self.labels = labels
            self.path = path
        }
    }

    init(_ registry: MetricRegistry) {
        registry.computedGauge("cascade_http_connections", help: "Open connections.") { [weak self] in
            Double(self?.latest.withLock { $0.connectionsOpen } ?? 0)
        }
        for field in Self.fields {
            registry.computedCounter(field.name, help: field.help, labels: field.labels) { [weak self] in
                Double(self?.latest.withLock { $0[keyPath: field.path] } ?? 0)
            }
        }
    }

    /// Follows a server from now on. On the loop's thread.
    func follow(_ server: HTTPServer) {
        server.loop.onTurnEnd { [self, unowned server] in
            let statistics = server.statistics
            latest.withLock { $0 = statistics }
        }
    }

    private static let fields: [Field] =
        [
            Field("cascade_http_accepted_total", "Connections accepted.", [:], \.connectionsAccepted),
            Field("cascade_http_requests_total", "Requests received in full.", [:], \.requests),
            Field("cascade_http_turns_total", "Turns of a loop that brought requests.", [:], \.batches),
            Field("cascade_http_received_bytes_total", "Bytes received.", [:], \.bytesReceived),
            Field("cascade_http_sent_bytes_total", "Bytes sent.", [:], \.bytesSent),
            Field(
                "cascade_http_disconnects_total", "Clients that left before their answer.", [:],
                \.disconnectsWhilePending),
        ] + answers + timeouts + rejections

    private static let answers: [Field] = {
        let name = "cascade_http_answers_total"
        let help = "Answers by class of status."
        return [
            Field(name, help, ["class": "2xx"], \.answers2xx), Field(name, help, ["class": "3xx"], \.answers3xx),
            Field(name, help, ["class": "4xx"], \.answers4xx), Field(name, help, ["class": "5xx"], \.answers5xx),
        ]
    }()

    private static let timeouts: [Field] = {
        let name = "cascade_http_timeouts_total"
        let help = "Connections closed because something took too long."
        return [
            Field(name, help, ["what": "request"], \.requestTimeouts),
            Field(name, help, ["what": "idle"], \.idleTimeouts),
            Field(name, help, ["what": "answer"], \.answerTimeouts),
            Field(name, help, ["what": "write"], \.writeTimeouts),
        ]
    }()

    private static let rejections: [Field] = {
        let name = "cascade_http_rejected_total"
        let help = "Requests and connections refused, by reason."
        return [
            Field(name, help, ["reason": "malformed"], \.rejectedMalformed),
            Field(name, help, ["reason": "url"], \.rejectedURLs),
            Field(name, help, ["reason": "header"], \.rejectedHeaders),
            Field(name, help, ["reason": "body"], \.rejectedBodies),
            Field(name, help, ["reason": "unsupported"], \.rejectedUnsupported),
            Field(name, help, ["reason": "connections"], \.rejectedConnections),
        ]
    }()
}
