import EventLoop

/// A bare socket that answers, but instead of every so many answers it breaks all connections.
final class BreakingServer: ShardService {
    private var listener: TCPListener?
    private let loop: EventLoop
    private let session: Session

    /// - Parameter interval: each request of so many that gets no answer: all of them for 1.
    init(loop: EventLoop, breakingEvery interval: Int) {
        self.loop = loop
        session = Session(interval)
    }

    func listen() throws -> SocketAddress {
        let listener = try TCPListener(loop: loop, address: SocketAddress(host: "127.0.0.1", port: 0)) {
            [session] stream in
            stream.delegate = session
            stream.startReading()
        }
        self.listener = listener
        return listener.address
    }

    func drain(_ completion: @escaping () -> Void) { completion() }

    private final class Session: TCPStreamDelegate {
        private let interval: Int
        private var count = 0
        private var streams: [TCPStream] = []

        init(_ interval: Int) { self.interval = interval }

        func streamDidRead(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
            if String(decoding: bytes, as: UTF8.self).hasPrefix("GET /recommend") {
                count += 1
                if !streams.contains(where: { $0 === stream }) { streams.append(stream) }
                if count % interval == 0 {
                    for stream in streams { stream.close() }
                    return streams = []
                }
            }
            let text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Cascade-Rung: fresh\r\n\r\n{}"
            Array(text.utf8).withUnsafeBytes { _ = stream.write($0) }
        }

        func streamDidEnd(_ stream: TCPStream, error: UVError?) { stream.close() }
    }
}
