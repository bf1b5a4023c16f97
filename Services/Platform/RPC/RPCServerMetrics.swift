package import Metrics

/// What a shard's server counts.
package final class RPCServerMetrics: Sendable {
    let calls: Counter
    let turns: Counter
    let failures: [Counter]
    let seconds: HistogramMetric
    let inFlight: Gauge
    let connections: Gauge
    let accepted: Counter
    let refusedHandshakes: Counter
    let protocolErrors: Counter
    let slowReaders: Counter
    let received: Counter
    let sent: Counter

    /// - Parameter role: the label of all of them.
    package init(in registry: MetricRegistry, role: String) {
        func counter(_ name: String, _ help: String) -> Counter {
            registry.counter("cascade_rpc_server_\(name)", help: help, labels: ["role": role])
        }
        calls = counter("calls_total", "Calls received.")
        turns = counter("turns_total", "Turns of a loop that brought calls.")
        failures = RPCError.Code.allCases.map { code in
            registry.counter(
                "cascade_rpc_server_failures_total", help: "Calls that failed or were declined, by reason.",
                labels: ["role": role, "code": code.label])
        }
        seconds = registry.histogram(
            "cascade_rpc_server_seconds", help: "From a call's arrival to its answer.", labels: ["role": role])
        inFlight = registry.gauge(
            "cascade_rpc_server_in_flight", help: "Calls that wait for their answer.", labels: ["role": role])
        connections = registry.gauge(
            "cascade_rpc_server_connections", help: "Open connections.", labels: ["role": role])
        accepted = counter("accepted_total", "Connections accepted.")
        refusedHandshakes = counter("refused_handshakes_total", "Connections that ended before their first frame.")
        protocolErrors = counter("protocol_errors_total", "Connections ended because of a frame that is none.")
        slowReaders = counter("slow_readers_total", "Connections ended because their peer did not fetch its answers.")
        received = counter("received_bytes_total", "Bytes received.")
        sent = counter("sent_bytes_total", "Bytes sent.")
    }

    func count(_ code: RPCError.Code) {
        failures[Int(code.rawValue) - 1].add()
    }
}
