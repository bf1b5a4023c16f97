import CUV
import Glibc

/// A port that is known to be free, held until all shards of this process listen on it.
///
/// Sockets with `SO_REUSEPORT` share a port silently: a server left over from an earlier start would take a part of the
/// connections. So the port is first bound without the option, which fails if anybody listens there, then held with it.
package final class PortReservation: Sendable {
    /// The address with the port that is held: the one asked for, or one that the system chose for port 0.
    package let address: SocketAddress
    private let descriptor: Int32

    /// - Throws: `ListenError.portInUse` when somebody listens there already.
    package init(host: String, port: UInt16) throws(ListenError) {
        var address = try SocketAddress(host: host, port: port)
        if port != 0 {
            close(try PortReservation.bound(to: address, sharing: false))
        }
        descriptor = try PortReservation.bound(to: address, sharing: true)
        if port == 0 {
            address.port = SocketAddress(ofSocket: descriptor)?.port ?? 0
        }
        self.address = address
    }

    deinit {
        close(descriptor)
    }

    /// Sockets that share the port: one for each of so many shards of another process, which begins to listen on them.
    package func sockets(_ count: Int) throws(ListenError) -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        for _ in 0..<count {
            sockets.append(try ListeningSocket(adopting: try PortReservation.bound(to: address, sharing: true)))
        }
        return sockets
    }

    private static func bound(to address: SocketAddress, sharing: Bool) throws(ListenError) -> Int32 {
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw ListenError(errno: errno, address: address) }
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size)
        if sharing { setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, size) }
        guard address.withSockaddr({ bind(descriptor, $0, address.length) }) == 0 else {
            let error = ListenError(errno: errno, address: address)
            close(descriptor)
            throw error
        }
        return descriptor
    }
}

extension ListenError {
    init(errno code: Int32, address: SocketAddress) {
        let (host, port) = (address.host, address.port)
        switch code {
        case EADDRINUSE: self = .portInUse(host: host, port: port)
        case EACCES, EPERM: self = .notPermitted(host: host, port: port)
        case EADDRNOTAVAIL: self = .addressNotAvailable(host: host, port: port)
        default: self = .failed(host: host, port: port, reason: String(cString: strerror(code)))
        }
    }
}
