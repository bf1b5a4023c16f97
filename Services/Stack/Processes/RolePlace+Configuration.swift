import CommandLine
package import Configuration
package import EventLoop
import RPC

extension RolePlace {
    /// What a configuration, flags and the environment's secrets say of one role's process.
    /// - Parameters:
    ///   - listen: nil for loopback at the role's own port; the gateway's is then that of section `http`.
    ///   - sockets: what the process was handed to listen on instead.
    ///   - environment: for `CASCADE_API_KEYS`, `CASCADE_RPC_KEY` and `CASCADE_REDIS_PASSWORD`.
    /// - Throws: `CommandFailure` for what would let everybody in, or for a configuration without a log to share.
    package init(
        _ role: Role, configuration: CascadeConfiguration, listen: HostPort?, admin: HostPort?,
        sockets: [ListeningSocket] = [], environment: [String: String]
    ) throws {
        guard configuration.kafka.brokers != nil else {
            throw CommandFailure(
                .configuration,
                "A role as a process needs a log that all share: set CASCADE_KAFKA to HOST:PORT of a Kafka broker. "
                    + "'cascade up' runs everything in one process without one.")
        }
        guard sockets.isEmpty || role == .gateway else {
            throw CommandFailure(
                .configuration,
                "Sockets were handed to \(role.rawValue) (LISTEN_FDS), which makes its own: only the gateway takes some."
            )
        }
        self.role = role
        self.sockets = sockets
        let data = try configuration.dataDirectory(environment: environment)
        replica = role == .userFeatures ? configuration.replica.flatMap(Replica.init) ?? .only : .only
        folder = "\(data)/\(role.folder(replica))"
        models = configuration.models ?? "\(data)/models"
        func secret(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let rpcKey = try secret("CASCADE_RPC_KEY").map { key throws(RPCConfigurationError) in try RPCKey(key) }
        self.rpcKey = rpcKey
        redisPassword = secret("CASCADE_REDIS_PASSWORD")
        let keys = environment["CASCADE_API_KEYS"]
        if role == .gateway {
            let http = HostPort(host: configuration.http.host, port: UInt16(configuration.http.port))
            // Of several sockets the one that lets the most in.
            let bound = (sockets.first { !$0.address.isLoopback } ?? sockets.first)?.address
            address = bound.map { HostPort(host: $0.host, port: $0.port) } ?? listen ?? http
            keyHashes = try ListenPolicy(host: address.host, keys: keys).keyHashes
            for (addresses, variable) in [
                (configuration.roles.recall, "CASCADE_RECALL"), (configuration.roles.ranking, "CASCADE_RANKING"),
                (configuration.roles.rerank, "CASCADE_RERANK"),
                (configuration.roles.userFeatures, "CASCADE_USER_FEATURES"),
                (configuration.roles.itemFeatures, "CASCADE_ITEM_FEATURES"),
            ] where addresses.isEmpty {
                throw CommandFailure(
                    .configuration, "The gateway is not told where a role is: set \(variable) to HOST:PORT.")
            }
        } else {
            address = listen ?? HostPort(host: "127.0.0.1", port: role.defaultPort)
            keyHashes = try ListenPolicy(host: "127.0.0.1", keys: keys).keyHashes
            try RPCListenPolicy.check(try SocketAddress(host: address.host, port: address.port), key: rpcKey)
        }
        self.admin = AdminPolicy(admin, role: role, keyHashes: keyHashes)
    }
}
