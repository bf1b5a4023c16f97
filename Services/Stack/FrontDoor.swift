package import Configuration
package import Gateway
import EventLoop
import HTTP
import Metrics

/// The listening side of a process: shards that share a port, each with its loop, its server and its gateway.
package final class FrontDoor: Sendable {
    /// What clients connect to.
    package let url: String
    private let shards: ShardGroup

    /// Listens; requests are answered from here on.
    /// - Throws: `ListenError` when the port is taken or the address is not ours.
    package init(_ configuration: HTTPConfiguration, services: GatewayServices) throws {
        let reservation = try PortReservation(host: configuration.host, port: UInt16(configuration.port))
        let count = configuration.shards == 0 ? ShardGroup.defaultCount : configuration.shards
        let limits = HTTPServerConfiguration(configuration, shards: count)
        url = "http://\(reservation.address)"
        shards = try ShardGroup(count: count) { _, loop in
            let server = try HTTPServer(
                loop: loop, configuration: limits, handler: GatewayShard(services: services, loop: loop))
            HTTPMetrics(services.metrics).follow(server)
            try server.listen(on: reservation.address, reusePort: true)
            return [server]
        }
    }

    /// Returns when the process is asked to end (SIGTERM or Ctrl-C), or the task is cancelled.
    package func terminationRequest() async { await shards.loops[0].terminationRequest() }

    /// Takes no new connections, finishes what is in flight, and ends the shards. Blocks.
    package func drain() { shards.drain() }
}
