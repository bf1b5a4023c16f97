import EventLoop
import HTTP

/// Connections that requests share, one on each at a time; requests wait in order for a free one.
final class RequestPool<Request>: HTTPClientDelegate {
    /// An answer, nil when there was none; the connection has its body and header until this returns.
    typealias Handler = (Request, HTTPClientResponse?, HTTPClientConnection) -> Void

    private let write: (Request, HTTPClientConnection) -> Void
    private let handle: Handler
    private var connections: [HTTPClientConnection] = []
    private var idle: RingQueue
    private var underWay: [Request?]
    private var waiting: [Request] = []
    private var head = 0

    /// - Parameters:
    ///   - timeout: nanoseconds for an answer.
    ///   - write: sends a request over a connection.
    init(
        loop: EventLoop, address: SocketAddress, count: Int, timeout: UInt64,
        write: @escaping (Request, HTTPClientConnection) -> Void, handle: @escaping Handler
    ) throws {
        self.write = write
        self.handle = handle
        idle = RingQueue(capacity: count)
        underWay = [Request?](repeating: nil, count: count)
        let timeouts = try loop.makeDeadlineList(timeout: timeout)
        for tag in 0..<count {
            let connection = HTTPClientConnection(
                loop: loop, address: address, timeouts: timeouts, keepsContent: true, delegate: self)
            connection.tag = tag
            connections.append(connection)
            connection.connect()
        }
        try loop.schedule(every: 50_000_000) { [weak self] in self?.reconnect() }
    }

    /// Requests that wait for a connection.
    var backlog: Int { waiting.count - head }

    func add(_ request: Request) {
        waiting.append(request)
        sendWaiting()
    }

    private func sendWaiting() {
        while head < waiting.count, let tag = idle.popFirst() {
            let request = waiting[head]
            head += 1
            underWay[tag] = request
            write(request, connections[tag])
        }
        if head == waiting.count || head > 4_096 {
            waiting.removeFirst(head)
            head = 0
        }
    }

    private func reconnect() {
        for connection in connections where connection.isDisconnected { connection.connect() }
    }

    func clientDidConnect(_ connection: HTTPClientConnection) {
        idle.append(connection.tag)
        sendWaiting()
    }

    func client(_ connection: HTTPClientConnection, didReceive response: HTTPClientResponse) {
        guard let request = underWay[connection.tag] else { return }
        underWay[connection.tag] = nil
        if response.keepsAlive { idle.append(connection.tag) }
        handle(request, response, connection)
        if !response.keepsAlive { connection.connect() }
        sendWaiting()
    }

    func client(_ connection: HTTPClientConnection, didFail error: HTTPClientError, wasWaiting: Bool) {
        if let request = underWay[connection.tag] {
            underWay[connection.tag] = nil
            handle(request, nil, connection)
        } else {
            _ = idle.remove(connection.tag)
        }
    }
}
