import Configuration
import EventLoop
import RPC

/// The listening side of a role that is called by RPC: shards that share a port, each with its loop and its server.
enum RPCListening {
    /// Answers calls from here on.
    /// - Parameter handler: makes what answers a shard's calls, on the shard's thread.
    /// - Throws: `ListenError` when the port is taken or the address is not ours.
    static func start(
        _ context: RoleContext, handler: @escaping @Sendable (EventLoop) throws -> any RPCHandler
    ) throws -> ListeningRole {
        let place = context.place
        var configuration = RPCServerConfiguration()
        configuration.key = place.rpcKey
        configuration.drainTimeout = UInt64(context.configuration.http.drainTimeoutMs) * 1_000_000
        let reservation = try PortReservation(host: place.address.host, port: place.address.port)
        let shards = try ShardGroup(count: context.shards, name: place.role.rawValue) { [configuration] _, loop in
            let server = try RPCServer(
                loop: loop, configuration: configuration,
                metrics: RPCServerMetrics(in: context.metrics, role: place.role.rawValue), handler: try handler(loop))
            try server.listen(on: reservation.address, reusePort: true)
            return [server]
        }
        return ListeningRole(address: "\(reservation.address)", shards: shards)
    }
}
