import EventLoop
import Metrics

/// One connection to one address: made, used, lost, made again.
final class ClientLink: TCPStreamDelegate {
    enum State {
        /// Until the next attempt.
        case resting
        case connecting
        case shaking
        case open
        /// The peer has missed deadlines; it is asked for a sign of life and gets no calls.
        case suspect
        /// The peer, or the client, wants it to end: no new calls, those it has are waited for.
        case leaving
        case ended
    }

    private(set) var state = State.resting
    let address: RPCAddress
    /// The place in the client's list of live links.
    var liveIndex: Int?
    /// Calls that wait for an answer on it.
    var outstanding = 0
    /// Attempts that failed since it last was of use.
    private(set) var failures = 0
    private(set) var lastHeard: UInt64 = 0
    private(set) var writes: UInt64 = 0
    /// Longest body that the peer takes, in bytes.
    private(set) var peerLimit = 0
    /// Its address is no longer behind the name: it ends with its last call.
    var isRetired = false
    private unowned let client: RPCClient
    private var stream: TCPStream?
    private var handshake: Handshake?
    private var reader: FrameReader
    private let output = ByteBuffer(capacity: 1024)
    private var isDirty = false
    private var misses = 0
    private var openedAt: UInt64 = 0
    private var pingedAt: UInt64?
    private var timer: LoopTimer?
    private var jitter = SystemRandomNumberGenerator()

    init(client: RPCClient, address: RPCAddress) throws {
        self.client = client
        self.address = address
        reader = FrameReader(limit: client.configuration.maximumBodyBytes)
        timer = try LoopTimer(loop: client.loop) { [unowned self] in timeIsUp() }
    }

    private var configuration: RPCClientConfiguration { client.configuration }

    /// A connection is about to come about, as far as one can know.
    var isHopeful: Bool { (state == .connecting || state == .shaking) && failures == 0 }

    // MARK: Connecting

    func connect() {
        guard state == .resting else { return }
        state = .connecting
        wake(after: configuration.connectTimeout)
        do {
            let stream = try TCPStream(loop: client.loop)
            stream.delegate = self
            self.stream = stream
            try stream.connect(to: address.socket)
        } catch {
            lose(RPCError(.unavailable, "\(error)"))
        }
    }

    func streamDidConnect(_ stream: TCPStream) {
        guard state == .connecting else { return }
        state = .shaking
        wake(after: configuration.connectTimeout)
        reader = FrameReader(limit: configuration.maximumBodyBytes)
        let hello = Hello(hasKey: configuration.key != nil, maximumBodyBytes: configuration.maximumBodyBytes)
        handshake = Handshake(.client, hello: hello, key: configuration.key)
        sendHandshake()
        stream.startReading()
    }

    private func sendHandshake() {
        guard let handshake else { return }
        stream?.write(handshake.output.bytes)
        handshake.output.clear()
    }

    private func shake(_ input: inout UnsafeRawBufferPointer) {
        do {
            let isDone = try handshake?.consume(&input) ?? false
            sendHandshake()
            guard isDone else { return }
            peerLimit = handshake?.peer?.maximumBodyBytes ?? 0
            state = .open
            openedAt = EventLoop.preciseNow
            lastHeard = openedAt
            misses = 0
            pingedAt = nil
            wake(after: configuration.pingInterval)
            client.opened(self)
        } catch {
            sendHandshake()
            lose(RPCError(error == .tooManyConnections ? .unavailable : .handshake, "\(address.socket): \(error)"))
        }
    }

    // MARK: Reading

    func streamDidRead(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
        guard stream === self.stream else { return }
        var input = bytes
        if state == .shaking { shake(&input) }
        guard state == .open || state == .suspect || state == .leaving else { return }
        lastHeard = EventLoop.preciseNow
        pingedAt = nil
        misses = 0
        do {
            while let frame = try reader.next(&input) {
                try take(frame)
                guard stream === self.stream else { return }
            }
        } catch {
            return lose(RPCError(.unavailable, "\(address.socket) sent \(error)"), isMad: true)
        }
        if state == .suspect { recover() }
    }

    private func take(_ frame: FrameReader.Frame) throws(FrameError) {
        let header = frame.header
        switch header.kind {
        case .answer: client.answered(header.id, on: self, .success([UInt8](frame.body)))
        case .failure, .declined:
            let error = RPCError(header.code ?? .refused, String(decoding: frame.body.prefix(1024), as: UTF8.self))
            if header.kind == .declined {
                client.declined(header.id, on: self, error)
            } else {
                client.failed(header.id, on: self, error)
            }
        case .ping: send(FrameHeader(.pong))
        case .pong: break
        case .goodbye: leave()
        case .call: throw .wrongDirection(header.kind.rawValue)
        }
    }

    func streamDidEnd(_ stream: TCPStream, error: UVError?) {
        guard stream === self.stream else { return }
        let reason = error?.reason ?? "the peer ended the connection"
        switch state {
        case .connecting: lose(RPCError(.unavailable, "cannot connect to \(address.socket): \(reason)"))
        default: lose(RPCError(.unavailable, "the connection to \(address.socket) ended: \(reason)"))
        }
    }

    func streamDidClose(_ stream: TCPStream) {
        // Not by us: the loop is ending.
        if stream === self.stream { client.loopEnded() }
    }

    // MARK: Writing

    private static let copiedBodyBytes = 32 << 10
    private static let flushedBytes = 64 << 10

    /// Whether the peer fetches what it gets.
    var takesMore: Bool { (stream?.queuedBytes ?? 0) + output.count < configuration.maximumQueuedBytes }

    func send(_ call: PendingCall, at now: UInt64) {
        outstanding += 1
        call.link = self
        call.sentAt = now
        call.writesBefore = writes
        var header = FrameHeader(.call, id: call.id, length: call.body.count)
        header.method = call.method
        header.budget = Self.budget(until: call.deadline, at: now)
        call.body.withUnsafeBytes { send(header, $0) }
    }

    private static func budget(until deadline: UInt64, at now: UInt64) -> UInt32 {
        guard deadline != .max else { return WireFormat.noDeadline }
        return UInt32(min((deadline - min(now, deadline)) / 1000, UInt64(WireFormat.noDeadline - 1)))
    }

    private func send(_ header: FrameHeader, _ body: UnsafeRawBufferPointer = .init(start: nil, count: 0)) {
        header.write(to: output)
        if body.count > Self.copiedBodyBytes { return write(body) }
        output.append(body)
        if output.count >= Self.flushedBytes { return write() }
        guard !isDirty else { return }
        isDirty = true
        client.hasOutput(self)
    }

    /// Writes what the turn has brought together.
    func flush() {
        isDirty = false
        if !output.isEmpty { write() }
    }

    private func write(_ body: UnsafeRawBufferPointer = .init(start: nil, count: 0)) {
        writes &+= 1
        stream?.write(output.bytes, body)
        output.clear()
    }

    // MARK: Trust

    /// A call's deadline passed without an answer.
    func missed(sentAt: UInt64, at now: UInt64) {
        guard state == .open, lastHeard < sentAt, now - sentAt >= configuration.leastPatience else { return }
        misses += 1
        guard misses >= configuration.missesUntilSuspect else { return }
        state = .suspect
        client.metrics.suspects.add()
        ping()
        client.lost(self, RPCError(.unavailable, "\(address.socket) does not answer"), isDead: false)
    }

    private func recover() {
        state = .open
        wake(after: configuration.pingInterval)
        client.opened(self)
    }

    private func ping() {
        pingedAt = EventLoop.preciseNow
        send(FrameHeader(.ping))
        wake(after: configuration.pingTimeout)
    }

    private func wake(after delay: UInt64) {
        try? timer?.start(after: delay)
    }

    private func timeIsUp() {
        switch state {
        case .resting: connect()
        case .connecting: lose(RPCError(.unavailable, "cannot connect to \(address.socket): no answer in time"))
        case .shaking: lose(RPCError(.unavailable, "\(address.socket): \(HandshakeError.noAnswer)"))
        case .open, .suspect, .leaving: checkSilence()
        case .ended: break
        }
    }

    private func checkSilence() {
        if pingedAt != nil { return lose(RPCError(.unavailable, "\(address.socket) does not answer")) }
        let silent = EventLoop.preciseNow - lastHeard
        guard silent < configuration.pingInterval else { return ping() }
        wake(after: configuration.pingInterval - silent)
    }

    // MARK: The end

    /// Takes no new calls, and ends when those it has are answered.
    func leave() {
        guard state == .open || state == .suspect else { return }
        state = .leaving
        client.isLeaving(self)
        finishLeaving()
    }

    /// A call of it is done.
    func released() {
        outstanding -= 1
        finishLeaving()
    }

    private func finishLeaving() {
        guard state == .leaving, outstanding == 0 else { return }
        lose(RPCError(.unavailable, "\(address.socket) is ending"))
    }

    /// - Parameter isMad: the peer broke the protocol.
    private func lose(_ error: RPCError, isMad: Bool = false) {
        guard state != .resting, state != .ended else { return }
        let now = EventLoop.preciseNow
        // One that was of use until now is tried again at once: its role may have been started anew.
        let wasOfUse = !isMad && state == .open && pingedAt == nil && now - openedAt > 1_000_000_000
        let wasConnecting = state == .connecting || state == .shaking
        state = .resting
        drop()
        failures = wasOfUse ? 0 : failures + 1
        if wasConnecting { client.metrics.failedConnects.add() }
        let doubled = configuration.firstBackOff << UInt64(min(max(failures - 1, 0), 20))
        let pause = min(doubled, configuration.longestBackOff)
        if isRetired {
            end()
        } else if wasOfUse {
            connect()
        } else {
            wake(after: pause - UInt64.random(in: 0...pause / 5, using: &jitter))
        }
        client.lost(self, error, isDead: true)
    }

    private func drop() {
        let stream = stream
        self.stream = nil
        handshake = nil
        output.clear()
        stream?.close()
    }

    /// Ends it for good.
    func end() {
        state = .ended
        drop()
        timer?.close()
        timer = nil
    }
}
