import EventLoop
import Metrics

/// One caller's connection: a handshake, then calls in and answers out in any order.
final class ServerConnection: TCPStreamDelegate {
    private enum State {
        case shaking
        case open
        /// The verdict is on its way; what the peer still sends is discarded until it ends the connection.
        case refused
        case closed
    }

    let server: RPCServer
    /// The place in the server's list.
    var index = 0
    /// Calls that wait for their answer.
    private(set) var callsInFlight = 0
    /// Longest body that the peer takes, in bytes.
    private(set) var peerLimit = 0
    private let stream: TCPStream
    private var state = State.shaking
    private var handshake: Handshake
    private var reader: FrameReader
    private let output = ByteBuffer(capacity: 1024)
    private var isDirty = false
    private var handedBytes = 0
    private var fetchedBytes = 0
    private var silence: Expiry?
    private var slowness: Expiry?

    init(server: RPCServer, stream: TCPStream, isFull: Bool) {
        self.server = server
        self.stream = stream
        let configuration = server.configuration
        handshake = Handshake(
            .server,
            hello: Hello(hasKey: configuration.key != nil, maximumBodyBytes: configuration.maximumBodyBytes),
            key: configuration.key, isFull: isFull)
        reader = FrameReader(limit: configuration.maximumBodyBytes)
        silence = Expiry { [unowned self] in fellSilent() }
        slowness = Expiry { [unowned self] in readsSlowly() }
        stream.delegate = self
    }

    func start() {
        if let silence { server.handshakeDeadlines.arm(silence) }
        sendHandshake()
        stream.startReading()
    }

    // MARK: Reading

    func streamDidRead(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
        server.counts.received += bytes.count
        var input = bytes
        if state == .shaking { shake(&input) }
        guard state == .open else { return }
        if let silence { server.idleDeadlines.arm(silence) }
        let now = EventLoop.preciseNow
        do {
            while let frame = try reader.next(&input) {
                try take(frame, at: now)
                guard state == .open else { return }
            }
        } catch {
            server.metrics.protocolErrors.add()
            close()
        }
    }

    private func take(_ frame: FrameReader.Frame, at now: UInt64) throws(FrameError) {
        switch frame.header.kind {
        case .call: server.receive(frame, from: self, at: now)
        case .ping: send(FrameHeader(.pong))
        case .pong: break
        case .answer, .failure, .declined, .goodbye: throw .wrongDirection(frame.header.kind.rawValue)
        }
    }

    private func shake(_ input: inout UnsafeRawBufferPointer) {
        do {
            let isDone = try handshake.consume(&input)
            sendHandshake()
            guard isDone else { return }
            peerLimit = handshake.peer?.maximumBodyBytes ?? 0
            state = .open
            if server.isDraining { sayGoodbye() }
        } catch {
            server.metrics.refusedHandshakes.add()
            guard error.verdict != nil else { return close() }
            sendHandshake()
            state = .refused
            stream.finishWriting()
        }
    }

    private func sendHandshake() {
        stream.write(handshake.output.bytes)
        handshake.output.clear()
    }

    func streamDidEnd(_ stream: TCPStream, error: UVError?) {
        if state == .shaking { server.metrics.refusedHandshakes.add() }
        close()
    }

    private func fellSilent() {
        if state == .shaking { server.metrics.refusedHandshakes.add() }
        if state == .open, callsInFlight > 0, let silence { return server.idleDeadlines.arm(silence) }
        close()
    }

    // MARK: Writing

    private static let copiedBodyBytes = 32 << 10
    private static let flushedBytes = 64 << 10

    /// Sends a frame at the end of the turn, or at once where it is long.
    func send(_ header: FrameHeader, _ body: UnsafeRawBufferPointer = .init(start: nil, count: 0)) {
        guard state == .open else { return }
        header.write(to: output)
        if body.count > Self.copiedBodyBytes { return write(body) }
        output.append(body)
        if output.count >= Self.flushedBytes { return write() }
        guard !isDirty else { return }
        isDirty = true
        server.hasOutput(self)
    }

    func sendFailure(_ error: RPCError, as kind: FrameHeader.Kind, id: UInt64) {
        server.metrics.count(error.code)
        var message = error.message
        message.withUTF8 { text in
            let text = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text).prefix(min(1024, peerLimit)))
            send(FrameHeader(kind, code: error.code, id: id, length: text.count), text)
        }
    }

    /// Writes what the turn has brought together.
    func flush() {
        isDirty = false
        guard !output.isEmpty, state == .open else { return }
        write()
    }

    private func write(_ body: UnsafeRawBufferPointer = .init(start: nil, count: 0)) {
        let count = output.count + body.count
        handedBytes += count
        server.counts.sent += count
        let isWritten = stream.write(output.bytes, body)
        output.clear()
        guard !isWritten, state == .open else { return }
        if stream.queuedBytes > server.configuration.maximumQueuedBytes { return cutSlowReader() }
        if stream.queuedBytes > server.configuration.pausingBytes { stream.stopReading() }
        guard let slowness, !slowness.isArmed else { return }
        fetchedBytes = handedBytes - stream.queuedBytes
        server.writeDeadlines.arm(slowness)
    }

    func streamDidFlush(_ stream: TCPStream) {
        slowness?.disarm()
        if state == .open { stream.startReading() }
    }

    private func readsSlowly() {
        let fetched = handedBytes - stream.queuedBytes
        guard fetched > fetchedBytes else { return cutSlowReader() }
        fetchedBytes = fetched
        if let slowness { server.writeDeadlines.arm(slowness) }
    }

    private func cutSlowReader() {
        server.metrics.slowReaders.add()
        close()
    }

    // MARK: Calls

    func began() { callsInFlight += 1 }

    func finished(_ call: ServerCall) {
        callsInFlight -= 1
        server.finished(call)
        if server.isDraining { leaveIfDone() }
    }

    // MARK: The end

    /// The server takes no more: callers go elsewhere, and end the connection when they have all answers.
    func drain() {
        switch state {
        case .open: sayGoodbye()
        case .shaking, .refused: close()
        case .closed: break
        }
    }

    private func sayGoodbye() {
        send(FrameHeader(.goodbye))
        leaveIfDone()
    }

    private func leaveIfDone() {
        guard state == .open, callsInFlight == 0, let silence else { return }
        server.lingerDeadlines.arm(silence)
    }

    func close() {
        stream.close()
    }

    func streamDidClose(_ stream: TCPStream) {
        state = .closed
        silence = nil
        slowness = nil
        server.removed(self)
    }
}
