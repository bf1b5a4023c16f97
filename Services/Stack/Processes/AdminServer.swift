import Configuration
import EventLoop
import HTTP
package import Metrics

/// The side of a process that probes and scrapers see: one loop with its own port, up from the first moment to the last.
package final class AdminServer: Sendable {
    /// `http://HOST:PORT`.
    package let url: String
    private let shards: ShardGroup

    /// Answers from here on.
    /// - Throws: `ListenError` when the port is taken or the address is not ours.
    package init(_ policy: AdminPolicy, board: ReadinessBoard, metrics: MetricRegistry) throws {
        let reservation = try PortReservation(host: policy.address.host, port: policy.address.port)
        url = "http://\(reservation.address)"
        var limits = HTTPServerConfiguration()
        limits.maximumConnections = 256
        limits.maximumBodyBytes = 1024
        limits.drainTimeout = 1_000_000_000
        shards = try ShardGroup(count: 1, name: "admin") { [limits] _, loop in
            let server = try HTTPServer(
                loop: loop, configuration: limits,
                handler: AdminHandler(policy: policy, board: board, metrics: metrics))
            try server.listen(on: reservation.address, reusePort: true)
            return [server]
        }
    }

    /// Returns when the process is asked to end, or the task is cancelled.
    func terminationRequest() async { await shards.loops[0].terminationRequest() }

    /// Takes no new connections and ends. Blocks.
    package func drain() { shards.drain() }
}
