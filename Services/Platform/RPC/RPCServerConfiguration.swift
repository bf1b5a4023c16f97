/// The limits of a server, each shard's its own. Times are in nanoseconds, sizes in bytes.
package struct RPCServerConfiguration: Sendable {
    /// What callers have to prove that they have; nil lets every process of this machine call.
    package var key: RPCKey?
    /// Longest body of a call; a frame above it ends its connection.
    package var maximumBodyBytes = 16 << 20
    /// Connections of this shard; others are told so and closed.
    package var maximumConnections = 1024
    /// Calls of one connection that wait for their answer; others are declined as `overloaded`.
    package var maximumCallsPerConnection = 4096
    /// Calls of all connections that wait for their answer; others are declined as `overloaded`.
    package var maximumCalls = 16384
    /// Bodies of all calls that wait for their answer; calls above it are declined as `overloaded`.
    package var maximumCallBytes = 256 << 20
    /// Answers that a peer has not fetched: above this its calls stay in the kernel.
    package var pausingBytes = 1 << 20
    /// Answers that a peer has not fetched: above this it is cut off.
    package var maximumQueuedBytes = 64 << 20
    /// Calls that are handed over together at most.
    package var maximumBatch = 256
    /// Connections that may wait in the kernel to be accepted.
    package var backlog: Int32 = 1024
    /// From the connection to the end of the handshake.
    package var handshakeTimeout: UInt64 = 5_000_000_000
    /// How long a connection may bring nothing, a ping neither; clients ping more often.
    package var idleTimeout: UInt64 = 120_000_000_000
    /// How long a peer may take to fetch what did not fit into the socket's buffer.
    package var writeTimeout: UInt64 = 10_000_000_000
    /// After `drain`: when connections that still wait for answers are cut.
    package var drainTimeout: UInt64 = 10_000_000_000

    package init() {}
}
