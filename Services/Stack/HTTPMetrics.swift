import EventLoop
import HTTP
import Metrics
import Synchronization

/// Shows what a shard's HTTP server counts: copied at the end of a turn, read when metrics are.
final class HTTPMetrics: Sendable {
    private let latest = Mutex(HTTPServerStatistics())

    private typealias Field = (
        name: String, help: String, labels: KeyValuePairs<String, String>,
        read: @Sendable (HTTPServerStatistics) -> UInt64
    )

    init(_ registry: MetricRegistry) {
        registry.computedGauge("cascade_http_connections", help: "Open connections.") { [weak self] in
            Double(self?.latest.withLock { $0.connectionsOpen } ?? 0)
        }
        for field in Self.fields {
            registry.computedCounter(field.name, help: field.help, labels: field.labels) { [weak self] in
                Double(self?.latest.withLock { field.read($0) } ?? 0)
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
            ("cascade_http_accepted_total", "Connections accepted.", [:], { $0.connectionsAccepted }),
            ("cascade_http_requests_total", "Requests received in full.", [:], { $0.requests }),
            ("cascade_http_turns_total", "Turns of a loop that brought requests.", [:], { $0.batches }),
            ("cascade_http_received_bytes_total", "Bytes received.", [:], { $0.bytesReceived }),
            ("cascade_http_sent_bytes_total", "Bytes sent.", [:], { $0.bytesSent }),
            (
                "cascade_http_disconnects_total", "Clients that left before their answer.", [:],
                {
                    $0.disconnectsWhilePending
                }
            ),
        ] + answers + timeouts + rejections

    private static let answers: [Field] = {
        let name = "cascade_http_answers_total"
        let help = "Answers by class of status."
        return [
            (name, help, ["class": "2xx"], { $0.answers2xx }), (name, help, ["class": "3xx"], { $0.answers3xx }),
            (name, help, ["class": "4xx"], { $0.answers4xx }), (name, help, ["class": "5xx"], { $0.answers5xx }),
        ]
    }()

    private static let timeouts: [Field] = {
        let name = "cascade_http_timeouts_total"
        let help = "Connections closed because something took too long."
        return [
            (name, help, ["what": "request"], { $0.requestTimeouts }),
            (name, help, ["what": "idle"], { $0.idleTimeouts }),
            (name, help, ["what": "answer"], { $0.answerTimeouts }),
            (name, help, ["what": "write"], { $0.writeTimeouts }),
        ]
    }()

    private static let rejections: [Field] = {
        let name = "cascade_http_rejected_total"
        let help = "Requests and connections refused, by reason."
        return [
            (name, help, ["reason": "malformed"], { $0.rejectedMalformed }),
            (name, help, ["reason": "url"], { $0.rejectedURLs }),
            (name, help, ["reason": "header"], { $0.rejectedHeaders }),
            (name, help, ["reason": "body"], { $0.rejectedBodies }),
            (name, help, ["reason": "unsupported"], { $0.rejectedUnsupported }),
            (name, help, ["reason": "connections"], { $0.rejectedConnections }),
        ]
    }()
}
