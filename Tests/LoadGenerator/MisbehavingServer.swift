import EventLoop
import Synchronization

/// A bare socket that treats every fifth request alike: answers, refuses, closes, writes garbage, stays silent.
final class MisbehavingServer: ShardService {
    private let loop: EventLoop
    private var listener: TCPListener?
    private let session: Session

    init(loop: EventLoop) {
        self.loop = loop
        session = Session()
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

    func drain(_ completion: @escaping () -> Void) {
        completion()
    }

    private final class Session: TCPStreamDelegate {
        private var requests = 0

        func streamDidRead(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
            guard String(decoding: bytes, as: UTF8.self).hasPrefix("GET /recommend?user=u") else {
                write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", to: stream)
                return
            }
            defer { requests += 1 }
            switch requests % 5 {
            case 0: write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", to: stream)
            case 1: write("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy", to: stream)
            case 2: stream.close()
            case 3: write("SMTP?\r\n\r\n", to: stream)
            default: break
            }
        }

        func streamDidEnd(_ stream: TCPStream, error: UVError?) {
            stream.close()
        }

        private func write(_ text: String, to stream: TCPStream) {
            Array(text.utf8).withUnsafeBytes { _ = stream.write($0) }
        }
    }
}
