package import Configuration
package import EventLoop
package import RPC

/// Where a process keeps its state, where it listens, and who may call.
package struct RolePlace: Sendable {
    package let role: Role
    package let replica: Replica
    /// The folder of what is this role's alone.
    package let folder: String
    /// The folder of the model bundles.
    package let models: String
    package let address: HostPort
    /// What it listens on instead, if anything: sockets that were handed to the process.
    package let sockets: [ListeningSocket]
    package let admin: AdminPolicy
    /// SHA-256 of each API key.
    package let keyHashes: Set<String>
    /// What callers over RPC must know; nil: anybody on loopback.
    package let rpcKey: RPCKey?
    let redisPassword: String?
}
