import EventLoop
import HTTP

/// One request on a connection and a loop of its own, for what happens before and after a run. Blocks.
struct HTTPFetch {
    /// A complete answer.
    struct Answer: Sendable {
        let status: Int
        let body: String
    }

    private let target: TargetURL

    init(_ target: TargetURL) {
        self.target = target
    }

    /// Nanoseconds for connecting and, again, for the answer.
    private static let timeout: UInt64 = 5_000_000_000

    /// The answer to `GET path`.
    func get(_ path: String) throws(LoadTestError) -> Answer {
        do {
            let loop = try EventLoop(name: "fetch")
            let address = try SocketAddress(host: target.host, port: UInt16(target.port))
            let request = "GET \(path) HTTP/1.1\r\n\(target.headers)Connection: close\r\n\r\n"
            let receiver = Receiver(loop: loop, request: Array(request.utf8))
            let connection = HTTPClientConnection(
                loop: loop, address: address, timeouts: try loop.makeDeadlineList(timeout: Self.timeout),
                keepsContent: true, delegate: receiver)
            connection.connect()
            loop.run()
            if let answer = receiver.answer { return answer }
            throw receiver.failure ?? .closed
        } catch {
            throw LoadTestError("\(target) does not answer: \(error)")
        }
    }

    private final class Receiver: HTTPClientDelegate {
        let loop: EventLoop
        let request: [UInt8]
        var answer: Answer?
        var failure: HTTPClientError?

        init(loop: EventLoop, request: [UInt8]) {
            self.loop = loop
            self.request = request
        }

        func clientDidConnect(_ connection: HTTPClientConnection) {
            connection.send(request)
        }

        func client(_ connection: HTTPClientConnection, didReceive response: HTTPClientResponse) {
            answer = Answer(status: response.status, body: String(decoding: connection.body.bytes, as: UTF8.self))
            loop.stop()
        }

        func client(_ connection: HTTPClientConnection, didFail error: HTTPClientError, wasWaiting: Bool) {
            failure = error
            loop.stop()
        }
    }
}
