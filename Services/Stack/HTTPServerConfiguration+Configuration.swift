import Configuration
import HTTP

extension HTTPServerConfiguration {
    /// The limits of one of `shards` servers that share the process's.
    init(_ configuration: HTTPConfiguration, shards: Int) {
        self.init()
        maximumURLBytes = configuration.maxURLBytes
        maximumHeaderBytes = configuration.maxHeaderBytes
        maximumBodyBytes = configuration.maxBodyBytes
        maximumConnections = max(1, configuration.maxConnections / shards)
        requestTimeout = UInt64(configuration.receiveTimeoutMs) * 1_000_000
        answerTimeout = UInt64(configuration.requestTimeoutMs) * 1_000_000
        idleTimeout = UInt64(configuration.idleTimeoutMs) * 1_000_000
        drainTimeout = UInt64(configuration.drainTimeoutMs) * 1_000_000
    }
}
