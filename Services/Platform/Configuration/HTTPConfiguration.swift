/// The listening socket, its shards and its limits (section `http`).
package struct HTTPConfiguration: Sendable, Equatable, Codable {
    /// Address to listen on. Other than loopback only with API keys, which the gateway checks.
    package var host = "127.0.0.1"

    /// Port; 0 lets the kernel choose.
    package var port = 8080

    /// Number of shards, each a thread with its own loop and socket; 0 is one for each core.
    package var shards = 0

    /// Open connections of the whole process; more are closed at once.
    package var maxConnections = 10_000

    /// Bytes of a URL; longer ones get 414.
    package var maxURLBytes = 8_192

    /// Bytes of a request's header block; longer ones get 431.
    package var maxHeaderBytes = 16_384

    /// Bytes of a request's body; longer ones get 413.
    package var maxBodyBytes = 4_194_304

    /// Time for a request to arrive completely, from its first byte, in milliseconds.
    package var receiveTimeoutMs = 10_000

    /// Time for a request to be answered, in milliseconds; then it gets a degraded answer or 503.
    package var requestTimeoutMs = 10_000

    /// Time that a connection may stay open without a request, in milliseconds.
    package var idleTimeoutMs = 60_000

    /// Time for open requests to be finished at shutdown, in milliseconds.
    package var drainTimeoutMs = 10_000

    package init() {}

    package init(from decoder: any Decoder) throws {
        var section = try SectionDecoder(decoder)
        host = try section.value("host", default: host)
        port = try section.value("port", default: port)
        shards = try section.value("shards", default: shards)
        maxConnections = try section.value("maxConnections", default: maxConnections)
        maxURLBytes = try section.value("maxURLBytes", default: maxURLBytes)
        maxHeaderBytes = try section.value("maxHeaderBytes", default: maxHeaderBytes)
        maxBodyBytes = try section.value("maxBodyBytes", default: maxBodyBytes)
        receiveTimeoutMs = try section.value("receiveTimeoutMs", default: receiveTimeoutMs)
        requestTimeoutMs = try section.value("requestTimeoutMs", default: requestTimeoutMs)
        idleTimeoutMs = try section.value("idleTimeoutMs", default: idleTimeoutMs)
        drainTimeoutMs = try section.value("drainTimeoutMs", default: drainTimeoutMs)
        try section.refuseUnknownKeys()
    }

    func check(_ check: inout ConfigurationCheck) {
        check.require(!host.isEmpty, "http.host is empty; an address such as 127.0.0.1 is expected.")
        check.require("http.port", port, in: 0...65_535)
        check.require("http.shards", shards, in: 0...256)
        check.require("http.maxConnections", maxConnections, in: 1...1_000_000)
        check.require("http.maxURLBytes", maxURLBytes, in: 256...65_536)
        check.require("http.maxHeaderBytes", maxHeaderBytes, in: 1_024...1_048_576)
        check.require("http.maxBodyBytes", maxBodyBytes, in: 1_024...67_108_864)
        check.require("http.receiveTimeoutMs", receiveTimeoutMs, in: 100...600_000)
        check.require("http.requestTimeoutMs", requestTimeoutMs, in: 1...600_000)
        check.require("http.idleTimeoutMs", idleTimeoutMs, in: 100...3_600_000)
        check.require("http.drainTimeoutMs", drainTimeoutMs, in: 0...600_000)
    }
}
