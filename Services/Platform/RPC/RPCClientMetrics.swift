package import Metrics

/// What a shard's client counts.
package final class RPCClientMetrics: Sendable {
    let calls: Counter
    let failures: [Counter]
    let seconds: HistogramMetric
    let inFlight: Gauge
    let retries: Counter
    let connects: Counter
    let failedConnects: Counter
    let suspects: Counter
    let lateAnswers: Counter
    let failedLookUps: Counter
    let addresses: Gauge
    let aliveAddresses: Gauge

    /// - Parameter role: the role that is called: the label of all of them.
    package init(in registry: MetricRegistry, role: String) {
        func counter(_ name: String, _ help: String) -> Counter {
            registry.counter("cascade_rpc_client_\(name)", help: help, labels: ["role": role])
        }
        func gauge(_ name: String, _ help: String) -> Gauge {
            registry.gauge("cascade_rpc_client_\(name)", help: help, labels: ["role": role])
        }
        calls = counter("calls_total", "Calls made.")
        failures = RPCError.Code.allCases.map { code in
            registry.counter(
                "cascade_rpc_client_failures_total", help: "Calls that failed, by reason.",
                labels: ["role": role, "code": code.label])
        }
        seconds = registry.histogram(
            "cascade_rpc_client_seconds", help: "From a call to its answer or failure.", labels: ["role": role])
        inFlight = gauge("in_flight", "Calls that wait for their answer.")
        retries = counter("retries_total", "Calls that went to a second connection.")
        connects = counter("connects_total", "Connections made, the first ones and those after a loss.")
        failedConnects = counter("failed_connects_total", "Attempts at a connection that failed.")
        suspects = counter("suspects_total", "Connections taken out because their peer missed deadlines.")
        lateAnswers = counter("late_answers_total", "Answers that came after their deadline.")
        failedLookUps = counter("failed_lookups_total", "Look-ups of a name that failed.")
        addresses = gauge("addresses", "Addresses that the name stands for.")
        aliveAddresses = gauge("addresses_alive", "Addresses that take calls at the moment.")
    }

    func count(_ code: RPCError.Code) {
        failures[Int(code.rawValue) - 1].add()
    }
}
