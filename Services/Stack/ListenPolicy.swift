import Checksum
package import CommandLine
import EventLoop

/// Where a process may listen: on loopback, or anywhere once API keys are set.
package struct ListenPolicy: Sendable {
    package let host: String
    /// SHA-256 of each key, so that no key stays in memory.
    package let keyHashes: Set<String>

    /// Least length of a key, in bytes.
    private static let keyLength = 16

    /// - Parameter keys: the value of `CASCADE_API_KEYS`: keys with commas in between.
    package init(host: String, keys: String?) throws(CommandFailure) {
        let keys = (keys ?? "").split(separator: ",").map(String.init)
        guard keys.allSatisfy({ $0.utf8.count >= Self.keyLength }) else {
            throw CommandFailure(
                .configuration, "A key in CASCADE_API_KEYS has fewer than \(Self.keyLength) bytes: use longer ones.")
        }
        guard !keys.isEmpty || (try? SocketAddress(host: host, port: 0))?.isLoopback == true else {
            throw CommandFailure(
                .configuration,
                "Listening on \(host) would let everybody in: set CASCADE_API_KEYS to one or more keys, or listen on "
                    + "127.0.0.1.")
        }
        self.host = host
        keyHashes = Set(keys.map { SHA256.hex(of: Array($0.utf8)) })
    }
}
