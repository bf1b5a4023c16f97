/// How a client behaves. Times are in nanoseconds, sizes in bytes.
package struct RPCClientConfiguration: Sendable {
    /// What the servers want proven; nil for servers without a key.
    package var key: RPCKey?
    /// Longest body of an answer; calls are limited by what the server says.
    package var maximumBodyBytes = 16 << 20
    /// Connections to each address.
    package var connectionsPerAddress = 1
    /// Calls that wait for their answer; others fail as `overloaded`.
    package var maximumCalls = 65536
    /// Calls that a peer has not fetched: above this a connection takes no more.
    package var maximumQueuedBytes = 64 << 20
    /// For the connection and for the handshake, each.
    package var connectTimeout: UInt64 = 1_000_000_000
    /// The first and the longest pause before an address that failed is tried again.
    package var firstBackOff: UInt64 = 100_000_000
    package var longestBackOff: UInt64 = 1_000_000_000
    /// How often names are looked up again, and how often at most after failures.
    package var lookUpInterval: UInt64 = 10_000_000_000
    package var lookUpPause: UInt64 = 1_000_000_000
    /// After how long without a word from the peer it is asked for one, and how long it may take to answer that.
    package var pingInterval: UInt64 = 15_000_000_000
    package var pingTimeout: UInt64 = 1_000_000_000
    /// So many deadlines missed one after the other, without a word from the peer in between, and nothing more is sent
    /// there until it answers a ping.
    package var missesUntilSuspect = 3
    /// A miss counts when the peer had at least this long.
    package var leastPatience: UInt64 = 10_000_000
    /// After `drain`: when calls that still wait are ended.
    package var drainTimeout: UInt64 = 10_000_000_000

    package init() {}
}
