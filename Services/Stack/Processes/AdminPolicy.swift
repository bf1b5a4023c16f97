package import Configuration
import EventLoop

/// Where a process answers probes and shows its metrics, and to whom.
package struct AdminPolicy: Sendable {
    package let address: HostPort
    /// SHA-256 of each API key.
    let keyHashes: Set<String>
    /// Whether metrics are shown: on loopback always, elsewhere only to holders of a key.
    let showsMetrics: Bool

    /// - Parameters:
    ///   - given: the address that was asked for, nil for loopback at the role's own port.
    ///   - keyHashes: those of ``ListenPolicy``.
    package init(_ given: HostPort?, role: Role, keyHashes: Set<String>) {
        address = given ?? HostPort(host: "127.0.0.1", port: role.defaultAdminPort)
        self.keyHashes = keyHashes
        let isLoopback = (try? SocketAddress(host: address.host, port: 0))?.isLoopback == true
        showsMetrics = isLoopback || !keyHashes.isEmpty
    }
}
