import EventLoop

/// One address behind a name.
final class RPCAddress {
    let socket: SocketAddress
    var links: [ClientLink] = []

    init(_ socket: SocketAddress) {
        self.socket = socket
    }
}
