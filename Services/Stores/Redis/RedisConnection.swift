import EventLoop

/// What a connection tells its owner, on the loop's thread.
protocol RedisConnectionOwner: AnyObject {
    func connectionDidOpen(_ connection: RedisConnection)
    /// A reply came; its completion runs after this.
    func connection(_ connection: RedisConnection, didReply reply: RedisReply)
    /// The connection is of no use any more; closing it is the owner's.
    func connection(_ connection: RedisConnection, didFail problem: RedisProblem)
}

/// One connection: commands go out together at `flush`, replies come in their order.
final class RedisConnection: TCPStreamDelegate {
    private let stream: TCPStream
    private let reader: ReplyReader
    private let output = ByteBuffer(capacity: 4096)
    private weak var owner: (any RedisConnectionOwner)?
    private var isOver = false
    var pending = PendingCommands()
    /// When the last reply came, or the connection did; nanoseconds.
    private(set) var lastSign: UInt64 = 0

    init(loop: EventLoop, address: SocketAddress, replyBytes: Int, owner: any RedisConnectionOwner) throws {
        stream = try TCPStream(loop: loop)
        reader = ReplyReader(limit: replyBytes)
        self.owner = owner
        stream.delegate = self
        do {
            try stream.connect(to: address)
        } catch {
            stream.delegate = nil
            stream.close()
            throw error
        }
    }

    /// Puts a command into the turn's output.
    func send(_ command: RedisCommand, now: UInt64, deadline: UInt64, _ completion: ((RedisOutcome) -> Void)?) {
        output.append(command.bytes)
        pending.append(
            PendingCommand(sent: now, deadline: deadline, byteCount: command.bytes.count, completion: completion))
    }

    /// Writes the turn's output.
    func flush() {
        guard !output.isEmpty else { return }
        stream.write(output.bytes)
        output.clear()
    }

    /// Closes; every command without a reply is missed.
    func close() {
        guard !isOver else { return }
        isOver = true
        stream.close()
        while let command = pending.popFirst() { command.completion?(.missed(.disconnected)) }
    }

    private func fail(_ problem: RedisProblem) {
        guard !isOver else { return }
        owner?.connection(self, didFail: problem)
    }

    // MARK: What the stream tells

    func streamDidConnect(_ stream: TCPStream) {
        lastSign = EventLoop.preciseNow
        stream.startReading()
        owner?.connectionDidOpen(self)
    }

    func streamDidRead(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
        guard !isOver else { return }
        lastSign = EventLoop.preciseNow
        var wasAsked = true
        let isRedis = reader.read(bytes) { reply in
            guard let command = pending.popFirst() else {
                wasAsked = false
                return false
            }
            owner?.connection(self, didReply: reply)
            command.completion?(.reply(reply))
            return !isOver
        }
        if !isRedis || !wasAsked { fail(.notRedis) }
    }

    func streamDidEnd(_ stream: TCPStream, error: UVError?) {
        let reason = error?.reason ?? "closed by the server"
        fail(lastSign == 0 ? .unreachable(reason) : .lost(reason))
    }

    /// The loop ends.
    func streamDidClose(_ stream: TCPStream) {
        fail(.lost("the loop has ended"))
        close()
    }
}
