import EventLoop

/// One client's connection: reads requests one after the other, waits for each one's answer before it goes on.
final class HTTPConnection: TCPStreamDelegate {
    private enum State {
        /// Between requests.
        case idle
        /// A part of a request is here.
        case reading
        /// The handler has a request.
        case pending
        /// An answer is on its way, and did not fit into the socket's buffer.
        case writing
        /// The last answer is written; what the client still sends is discarded, so that it can read the answer.
        case lingering
        case closed
    }

    private let server: HTTPServer
    private let stream: TCPStream
    private let parser: RequestParser
    private var exchange: HTTPExchange
    /// Bytes that came while an answer was due. At most one read of the loop, as reading stops then.
    private let backlog = ByteBuffer(capacity: 16)
    private var backlogStart = 0
    private var state = State.idle
    private var closesAfterAnswer = false
    /// The request was refused: the client may be sending on.
    private var isRefused = false
    /// The client has said that it sends nothing more.
    private var inputEnded = false
    private var discarded = 0
    private var deadline: Expiry?
    /// The place in the server's list.
    var index = 0

    init(server: HTTPServer, stream: TCPStream) {
        self.server = server
        self.stream = stream
        parser = RequestParser(configuration: server.configuration)
        exchange = HTTPExchange(server: server)
        deadline = Expiry { [unowned self] in expired() }
        stream.delegate = self
    }

    func start() {
        arm(server.idleDeadlines)
        stream.startReading()
    }

    private func arm(_ list: DeadlineList) {
        if let deadline { list.arm(deadline) }
    }

    // MARK: Reading

    func streamDidRead(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
        server.statistics.bytesReceived &+= UInt64(bytes.count)
        switch state {
        case .idle, .reading: keep(bytes, from: process(bytes))
        case .pending, .writing: keep(bytes, from: 0)
        case .lingering:
            discarded += bytes.count
            if discarded > server.configuration.lingerBytes { stream.close() }
        case .closed: break
        }
    }

    /// Puts aside what is not for the current request, and leaves the rest in the kernel.
    private func keep(_ bytes: UnsafeRawBufferPointer, from offset: Int) {
        guard offset < bytes.count, state != .lingering, state != .closed else { return }
        backlog.append(UnsafeRawBufferPointer(rebasing: bytes[offset...]))
        stream.stopReading()
        // Answered already, by the server itself.
        if state == .idle { server.resumeLater(self) }
    }

    /// Goes on with the bytes put aside.
    func resume() {
        guard state == .idle else { return }
        let bytes = UnsafeRawBufferPointer(rebasing: backlog.bytes[backlogStart...])
        backlogStart += process(bytes)
        guard state != .closed, state != .lingering else { return }
        if backlogStart == backlog.count {
            backlog.clear()
            backlogStart = 0
        }
        readOn()
    }

    /// Reads further once nothing is put aside, unless nothing will come.
    private func readOn() {
        guard backlog.isEmpty, state == .idle || state == .reading else { return }
        if inputEnded { return stream.close() }
        stream.startReading()
    }

    /// Parses up to the end of one request. Returns how many bytes that took.
    private func process(_ bytes: UnsafeRawBufferPointer) -> Int {
        var offset = 0
        do {
            while offset < bytes.count {
                if state == .idle { begin() }
                let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
                let (count, event) = try parser.consume(rest, into: exchange.request)
                offset += count
                switch event {
                case .needsMore: break
                case .awaitsContinue: allowBody()
                case .complete:
                    dispatch()
                    return offset
                }
            }
            // Only now: most requests arrive in one piece and need no deadline.
            if state == .reading, !isTimed {
                isTimed = true
                arm(server.requestDeadlines)
            }
        } catch {
            refuse(error)
        }
        return offset
    }

    /// The current request's deadline runs; it is not renewed until the request is complete.
    private var isTimed = false

    private func begin() {
        state = .reading
        isTimed = false
        if isKnownUniquelyReferenced(&exchange) {
            exchange.reset()
        } else {
            exchange = HTTPExchange(server: server)
        }
    }

    private func allowBody() {
        let text: StaticString = "HTTP/1.1 100 Continue\r\n\r\n"
        server.statistics.bytesSent &+= UInt64(text.utf8CodeUnitCount)
        stream.write(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private func dispatch() {
        state = .pending
        exchange.request.arrival = EventLoop.preciseNow
        exchange.connection = self
        do {
            try exchange.request.decodeTarget()
        } catch {
            server.statistics.countRejection(status: error.status)
            return exchange.respond(error)
        }
        arm(server.answerDeadlines)
        server.received(exchange)
    }

    // MARK: Answering

    /// Writes the answer to the pending request; called by its exchange, once.
    func answer(_ head: HTTPResponseHead, body: UnsafeRawBufferPointer) {
        guard state == .pending else { return }
        let request = exchange.request
        let hasMore = backlogStart < backlog.count
        closesAfterAnswer = !request.keepsAlive || server.isDraining || (inputEnded && !hasMore)
        write(head, body: body, isHead: request.method == .head, isHTTP10: request.minorVersion == 0)
    }

    private func write(_ head: HTTPResponseHead, body: UnsafeRawBufferPointer, isHead: Bool, isHTTP10: Bool) {
        let hasBody = !isHead && head.status != 204 && head.status != 304
        let buffer = server.headBuffer
        buffer.clear()
        head.write(
            to: buffer, date: server.date.bytes, bodyCount: body.count,
            persistence: closesAfterAnswer ? .close : isHTTP10 ? .keepAlive : .implied)
        var content = hasBody ? body : UnsafeRawBufferPointer(start: nil, count: 0)
        server.statistics.count(status: head.status)
        server.statistics.bytesSent &+= UInt64(buffer.count + content.count)
        // One piece is cheaper for the kernel than two, by more than a small copy costs.
        if content.count <= HTTPConnection.copiedBodyBytes {
            buffer.append(content)
            content = UnsafeRawBufferPointer(start: nil, count: 0)
        }
        state = .writing
        if stream.write(buffer.bytes, content) {
            settle()
        } else if state == .writing {
            arm(server.writeDeadlines)
        }
    }

    private static let copiedBodyBytes = 8 << 10

    /// The answer is with the kernel.
    private func settle() {
        guard state == .writing, !stream.isClosing else { return }
        guard !closesAfterAnswer else { return leave() }
        state = .idle
        arm(server.idleDeadlines)
        if backlogStart < backlog.count {
            server.resumeLater(self)
        } else {
            readOn()
        }
    }

    /// Ends the connection after its last answer. Closing a socket with unread bytes resets it, and the client may lose the
    /// answer: so what it still sends is read and forgotten for a while (RFC 9112 §9.6).
    private func leave() {
        guard isRefused || backlogStart < backlog.count else { return stream.close() }
        if inputEnded { return stream.close() }
        state = .lingering
        stream.finishWriting()
        arm(server.lingerDeadlines)
        stream.startReading()
    }

    /// Answers with an error of the protocol and ends the connection.
    func refuse(_ problem: HTTPProblem) {
        isRefused = true
        closesAfterAnswer = true
        if problem.status != 408, problem.status != 503 { server.statistics.countRejection(status: problem.status) }
        stream.stopReading()
        let buffer = server.problemBuffer
        buffer.clear()
        problem.write(to: buffer)
        write(
            HTTPResponseHead(status: problem.status, contentType: HTTPProblem.contentType, headers: []),
            body: buffer.bytes,
            isHead: exchange.request.method == .head, isHTTP10: false)
    }

    func streamDidFlush(_ stream: TCPStream) {
        settle()
    }

    // MARK: Ending

    private func expired() {
        switch state {
        case .idle:
            server.statistics.idleTimeouts &+= 1
            stream.close()
        case .reading:
            server.statistics.requestTimeouts &+= 1
            refuse(.requestTimeout)
        case .pending:
            server.statistics.answerTimeouts &+= 1
            abandon()
            refuse(.answerTimeout)
        case .writing:
            server.statistics.writeTimeouts &+= 1
            stream.close()
        case .lingering: stream.close()
        case .closed: break
        }
    }

    /// The pending exchange will not be answered by its handler.
    private func abandon() {
        exchange.isDisconnected = true
        exchange.connection = nil
    }

    func streamDidEnd(_ stream: TCPStream, error: UVError?) {
        if error == nil, state == .pending || state == .writing {
            // The client may have closed its half only: it still gets its answer, and a write tells if it is gone.
            inputEnded = true
            return
        }
        if state == .pending {
            server.statistics.disconnectsWhilePending &+= 1
            abandon()
        } else if state == .writing, error != nil {
            server.statistics.answersDropped &+= 1
        }
        stream.close()
    }

    /// Closes the connection if it is between requests; else it closes after its answer.
    func drain() {
        if state == .idle, backlogStart == backlog.count { stream.close() }
    }

    /// Closes the connection whatever it does.
    func cut() {
        if state == .pending { abandon() }
        stream.close()
    }

    func streamDidClose(_ stream: TCPStream) {
        if state == .pending, !exchange.isAnswered { abandon() }
        state = .closed
        deadline?.disarm()
        deadline = nil
        server.removed(self)
    }
}
