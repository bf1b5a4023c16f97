package import Configuration
package import EventLoop
package import Gateway
import HTTP
package import Metrics

/// The listening side of a process: shards that share a port, each with its loop, its server and its gateway.
package final class FrontDoor: Sendable {
    /// What clients connect to.
    package let url: String
    let shards: ShardGroup

    /// Listens; requests are answered from here on.
    /// - Parameters:
    ///   - sockets: what to listen on instead of the configuration's address; none for that.
    ///   - setup: makes what a shard works with, on the shard's thread before its loop turns: the services, and the
    ///     connections of the shard's own that are drained after its server.
    /// - Throws: `ListenError` when the port is taken or the address is not ours; what `setup` throws.
    package init(
        _ configuration: HTTPConfiguration, sockets: [ListeningSocket] = [], metrics: MetricRegistry,
        setup: @escaping @Sendable (EventLoop) throws -> (services: GatewayServices, connections: [any ShardService])
    ) throws {
        let reservation =
            sockets.isEmpty ? try PortReservation(host: configuration.host, port: UInt16(configuration.port)) : nil
        let count = configuration.shards == 0 ? ShardGroup.defaultCount : configuration.shards
        let limits = HTTPServerConfiguration(configuration, shards: count)
        url = "http://\((reservation?.address ?? sockets.first?.address).map { "\($0)" } ?? "")"
        shards = try ShardGroup(count: count) { index, loop in
            let (services, connections) = try setup(loop)
            let server = try HTTPServer(
                loop: loop, configuration: limits, handler: try GatewayShard(services: services, loop: loop))
            HTTPMetrics(metrics).follow(server)
            if let reservation {
                try server.listen(on: reservation.address, reusePort: true)
            } else {
                for socket in sockets.share(of: index, among: count) { try server.listen(on: socket) }
            }
            return [server] + connections
        }
    }

    /// As above, for shards that all work with the same roles: those of this process.
    package convenience init(_ configuration: HTTPConfiguration, services: GatewayServices) throws {
        try self.init(configuration, metrics: services.metrics) { _ in (services, []) }
    }

    /// Returns when the process is asked to end (SIGTERM or Ctrl-C), or the task is cancelled.
    package func terminationRequest() async { await shards.loops[0].terminationRequest() }

    /// Takes no new connections, finishes what is in flight, and ends the shards. Blocks.
    package func drain() { shards.drain() }
}
