package import EventLoop

/// One keep-alive connection to a server, one request at a time; nothing is allocated for a request.
///
/// Everything belongs to the loop's thread. The owner keeps the queue of what waits.
package final class HTTPClientConnection: TCPStreamDelegate {
    private enum State {
        case disconnected, connecting, idle, waiting
    }

    package let loop: EventLoop
    package let address: SocketAddress
    /// For the owner's use: the connection's place in a pool, for instance.
    package var tag = 0
    package weak var delegate: (any HTTPClientDelegate)?

    private let timeouts: DeadlineList
    private let parser: ResponseParser
    private var stream: TCPStream?
    private var state = State.disconnected
    private var deadline: Expiry?

    /// - Parameters:
    ///   - timeouts: the loop's list with the time that connecting, and each answer, may take; connections share one.
    ///   - keepsContent: keeps header and body of the last answer for `body` and `header(_:)`.
    package init(
        loop: EventLoop, address: SocketAddress, timeouts: DeadlineList, keepsContent: Bool = false,
        delegate: any HTTPClientDelegate
    ) {
        self.loop = loop
        self.address = address
        self.timeouts = timeouts
        self.delegate = delegate
        parser = ResponseParser(keepsContent: keepsContent)
        deadline = Expiry { [unowned self] in fail(.timedOut) }
    }

    deinit {
        stream?.close()
    }

    /// Ready to send.
    package var isIdle: Bool { state == .idle }
    /// Neither connected nor about to be.
    package var isDisconnected: Bool { state == .disconnected }

    // MARK: Connecting

    /// Connects; the delegate hears of success or failure, later. Does nothing when connected or connecting.
    package func connect() {
        guard state == .disconnected else { return }
        do {
            let stream = try TCPStream(loop: loop)
            self.stream = stream
            stream.delegate = self
            state = .connecting
            try stream.connect(to: address)
            if let deadline { timeouts.arm(deadline) }
        } catch {
            state = .connecting
            let failure = (error as? UVError) ?? UVError(code: 0, operation: "connect to \(address)")
            loop.later { [self] in
                if state == .connecting { fail(.cannotConnect(failure)) }
            }
        }
    }

    /// Closes without a word to the delegate; a request under way gets no answer.
    package func close() {
        deadline?.disarm()
        state = .disconnected
        let stream = stream
        self.stream = nil
        stream?.delegate = nil
        stream?.close()
    }

    private func fail(_ error: HTTPClientError) {
        guard state != .disconnected else { return }
        let wasWaiting = state == .waiting
        close()
        delegate?.client(self, didFail: error, wasWaiting: wasWaiting)
    }

    package func streamDidConnect(_ stream: TCPStream) {
        guard state == .connecting else { return }
        deadline?.disarm()
        state = .idle
        parser.reset()
        stream.startReading()
        delegate?.clientDidConnect(self)
    }

    // MARK: Requests

    /// Sends a complete, formatted request; the connection must be idle.
    /// - Parameter isHead: the answer to a HEAD request has no body, whatever its header says.
    package func send(_ request: UnsafeRawBufferPointer, isHead: Bool = false) {
        precondition(state == .idle, "a client connection carries one request at a time")
        state = .waiting
        parser.begin(isHead: isHead)
        if let deadline { timeouts.arm(deadline) }
        stream?.write(request)
    }

    /// Sends a complete, formatted request; the connection must be idle.
    package func send(_ request: [UInt8], isHead: Bool = false) {
        request.withUnsafeBytes { send($0, isHead: isHead) }
    }

    /// The last answer's body, if the connection keeps it; valid until the next request.
    package var body: ByteBuffer { parser.body }

    /// The last answer's first field called `name` (in lower case), if the connection keeps it.
    package func header(_ name: StaticString) -> String? { parser.header(name) }

    // MARK: Answers

    package func streamDidRead(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
        guard state == .waiting else {
            if state == .idle { fail(.malformed("bytes came that nobody asked for")) }
            return
        }
        if let reason = parser.consume(bytes) { return fail(.malformed(reason)) }
        if parser.isComplete { complete() }
    }

    private func complete() {
        deadline?.disarm()
        state = .idle
        if !parser.keepsAlive { close() }
        delegate?.client(
            self,
            didReceive: HTTPClientResponse(
                status: parser.status, bodyCount: parser.bodyCount, keepsAlive: parser.keepsAlive))
    }

    package func streamDidEnd(_ stream: TCPStream, error: UVError?) {
        if let error {
            fail(state == .connecting ? .cannotConnect(error) : .broken(error))
        } else if state == .waiting, parser.endsWithConnection() {
            complete()
        } else {
            fail(.closed)
        }
    }
}
