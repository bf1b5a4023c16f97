import CUV
import Glibc

/// A listening socket on a loop: each connection becomes a `TCPStream` of the same loop.
package final class TCPListener: LoopHandle {
    private let accept: (TCPStream) -> Void
    /// Where it listens, with the real port when 0 was asked for.
    package private(set) var address: SocketAddress
    /// Connections that could not be accepted, most often for want of file descriptors.
    package private(set) var acceptFailures: UInt64 = 0

    /// - Parameters:
    ///   - reusePort: shares the port with the other shards' listeners; see `PortReservation`.
    ///   - backlog: connections that may wait in the kernel.
    ///   - accept: gets each new stream; reading is up to it.
    package init(
        loop: EventLoop, address: SocketAddress, reusePort: Bool = false, backlog: Int32 = 1024,
        accept: @escaping (TCPStream) -> Void
    ) throws(ListenError) {
        self.accept = accept
        self.address = address
        super.init(loop: loop, type: UV_TCP)
        try check(uv_tcp_init_ex(loop.uv, tcp, UInt32(address.family)))
        opened()
        do {
            if reusePort {
                var on: Int32 = 1
                setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, socklen_t(MemoryLayout<Int32>.size))
            }
            try check(address.withSockaddr { uv_tcp_bind(tcp, $0, 0) })
            try listen(backlog)
        } catch {
            close()
            throw error
        }
        if address.port == 0 { self.address.port = SocketAddress(ofSocket: descriptor)?.port ?? 0 }
    }

    /// Listens on a socket that is there already; closing the listener leaves that open.
    /// - Parameters:
    ///   - backlog: connections that may wait in the kernel.
    ///   - accept: gets each new stream; reading is up to it.
    package init(
        loop: EventLoop, socket: ListeningSocket, backlog: Int32 = 1024, accept: @escaping (TCPStream) -> Void
    ) throws(ListenError) {
        self.accept = accept
        address = socket.address
        super.init(loop: loop, type: UV_TCP)
        try check(uv_tcp_init(loop.uv, tcp))
        opened()
        do {
            let copy = try socket.duplicate()
            let code = uv_tcp_open(tcp, copy)
            if code < 0 { Glibc.close(copy) }
            try check(code)
            try listen(backlog)
        } catch {
            close()
            throw error
        }
    }

    private func listen(_ backlog: Int32) throws(ListenError) {
        try check(
            uv_listen(stream, backlog) { server, status in
                guard let data = server?.pointee.data else { return }
                Unmanaged<TCPListener>.fromOpaque(data)._withUnsafeGuaranteedRef { $0.connected(status) }
            })
    }

    private func check(_ code: Int32) throws(ListenError) {
        guard code < 0 else { return }
        throw ListenError(errno: -code, address: address)
    }

    private var tcp: UnsafeMutablePointer<uv_tcp_t> { memory.assumingMemoryBound(to: uv_tcp_t.self) }
    private var stream: UnsafeMutablePointer<uv_stream_t> { memory.assumingMemoryBound(to: uv_stream_t.self) }

    private var descriptor: Int32 {
        var descriptor: Int32 = -1
        uv_fileno(handle, &descriptor)
        return descriptor
    }

    private func connected(_ status: Int32) {
        guard status >= 0, let client = try? TCPStream(loop: loop) else {
            acceptFailures &+= 1
            return
        }
        guard client.accepted(from: stream) else {
            acceptFailures &+= 1
            client.close()
            return
        }
        accept(client)
    }
}
