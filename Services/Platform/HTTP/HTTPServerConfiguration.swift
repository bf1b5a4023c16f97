/// The limits of a server, each shard's its own. Times are in nanoseconds, sizes in bytes.
package struct HTTPServerConfiguration: Sendable {
    /// Longest request target; above it 414.
    package var maximumURLBytes = 8 << 10
    /// Largest header block, without the request line; above it 431.
    package var maximumHeaderBytes = 16 << 10
    /// Most header fields; above it 431.
    package var maximumHeaderCount = 100
    /// Largest body; above it 413.
    package var maximumBodyBytes = 1 << 20
    /// Connections of this shard; above it 503 and close.
    package var maximumConnections = 4096
    /// Connections that may wait in the kernel to be accepted.
    package var backlog: Int32 = 1024
    /// Requests that are handed over together at most.
    package var maximumBatch = 64
    /// From a request's first byte to its last; then 408 and close.
    package var requestTimeout: UInt64 = 10_000_000_000
    /// How long a connection may stay open without a request.
    package var idleTimeout: UInt64 = 60_000_000_000
    /// How long the handler may take; then 503 and close.
    package var answerTimeout: UInt64 = 30_000_000_000
    /// How long a client may take to fetch an answer that does not fit into the socket's buffer.
    package var writeTimeout: UInt64 = 20_000_000_000
    /// After an error answer: how long, and how many bytes, to go on discarding what the client still sends, so that the
    /// answer reaches it before the connection is reset.
    package var lingerTimeout: UInt64 = 1_000_000_000
    package var lingerBytes = 1 << 20
    /// After `drain`: how long a connection between requests stays open. A request that is on its way to it is answered,
    /// with `Connection: close`; were it closed at once, the client would get no answer.
    package var drainIdleTimeout: UInt64 = 1_000_000_000
    /// After `drain`: when connections that are still busy are cut.
    package var drainTimeout: UInt64 = 10_000_000_000

    package init() {}
}
