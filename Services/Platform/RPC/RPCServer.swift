import Deadline
package import EventLoop
import Metrics

/// A shard's RPC server: the calls of one turn of the loop go to the handler together, the answers of a turn go out
/// together. It and all its parts belong to the loop's thread, and live as long as the loop.
package final class RPCServer: ShardService {
    package let loop: EventLoop
    package let configuration: RPCServerConfiguration
    let metrics: RPCServerMetrics
    let handshakeDeadlines: DeadlineList
    let idleDeadlines: DeadlineList
    let writeDeadlines: DeadlineList
    let lingerDeadlines: DeadlineList
    /// What this turn has brought, for the metrics.
    var counts = TurnCounts()

    struct TurnCounts {
        var calls = 0
        var received = 0
        var sent = 0
        var arrivalsOfAnswered: [UInt64] = []
    }

    private let handler: any RPCHandler
    private var listener: TCPListener?
    private var connections: [ServerConnection] = []
    private var inbox: [ServerCall] = []
    private var withOutput: [ServerConnection] = []
    private var spare: [ServerCall] = []
    private var callsInFlight = 0
    private var bytesInFlight = 0
    private(set) var isDraining = false
    private var drainCompletions: [() -> Void] = []
    private var drainTimer: LoopTimer?

    /// - Parameters:
    ///   - loop: on whose thread this is called.
    ///   - metrics: this shard's own.
    package init(
        loop: EventLoop, configuration: RPCServerConfiguration, metrics: RPCServerMetrics, handler: any RPCHandler
    ) throws {
        precondition(configuration.maximumBatch > 0, "a batch holds at least one call")
        self.loop = loop
        self.configuration = configuration
        self.metrics = metrics
        self.handler = handler
        handshakeDeadlines = try loop.makeDeadlineList(timeout: configuration.handshakeTimeout)
        idleDeadlines = try loop.makeDeadlineList(timeout: configuration.idleTimeout)
        writeDeadlines = try loop.makeDeadlineList(timeout: configuration.writeTimeout)
        lingerDeadlines = try loop.makeDeadlineList(timeout: 500_000_000)
        loop.onPolled { [self] in endPolling() }
        loop.onTurnEnd { [self] in endTurn() }
    }

    // MARK: Listening

    /// Begins to accept connections.
    /// - Parameters:
    ///   - address: with several shards, that of a `PortReservation` held until all listen.
    ///   - reusePort: shares the port with the other shards.
    /// - Returns: the address with the real port.
    /// - Throws: `RPCConfigurationError` where others than this machine could call without a key; `ListenError`.
    @discardableResult
    package func listen(on address: SocketAddress, reusePort: Bool = false) throws -> SocketAddress {
        try RPCListenPolicy.check(address, key: configuration.key)
        let listener = try TCPListener(
            loop: loop, address: address, reusePort: reusePort, backlog: configuration.backlog
        ) { [weak self] stream in
            guard let self else { return stream.close() }
            accept(stream)
        }
        self.listener = listener
        return listener.address
    }

    private func accept(_ stream: TCPStream) {
        metrics.accepted.add()
        // Above the limit a few are told so; a flood is not worth even that.
        let isFull = connections.count >= configuration.maximumConnections
        guard !isFull || connections.count < configuration.maximumConnections + 64 else {
            metrics.refusedHandshakes.add()
            return stream.close()
        }
        let connection = ServerConnection(server: self, stream: stream, isFull: isFull)
        connection.index = connections.count
        connections.append(connection)
        metrics.connections.set(Double(connections.count))
        connection.start()
    }

    func removed(_ connection: ServerConnection) {
        let last = connections.removeLast()
        if last !== connection {
            connections[connection.index] = last
            last.index = connection.index
        }
        metrics.connections.set(Double(connections.count))
        if isDraining { finishDraining() }
    }

    // MARK: Calls

    func receive(_ frame: FrameReader.Frame, from connection: ServerConnection, at now: UInt64) {
        counts.calls += 1
        let header = frame.header
        if let refusal = refusal(of: frame, from: connection) {
            return connection.sendFailure(refusal, as: .declined, id: header.id)
        }
        guard header.budget > 0 else {
            return connection.sendFailure(Self.tooLate, as: .failure, id: header.id)
        }
        let call = spareCall()
        call.begin(header, body: frame.body, from: connection, at: now)
        connection.began()
        callsInFlight += 1
        bytesInFlight += frame.body.count
        inbox.append(call)
    }

    private func refusal(of frame: FrameReader.Frame, from connection: ServerConnection) -> RPCError? {
        if isDraining { return Self.ending }
        guard connection.callsInFlight < configuration.maximumCallsPerConnection,
            callsInFlight < configuration.maximumCalls,
            bytesInFlight + frame.body.count <= configuration.maximumCallBytes
        else { return Self.full }
        return nil
    }

    private static let ending = RPCError(.unavailable, "the server is ending")
    private static let full = RPCError(.overloaded, "the server has too many calls in work")
    private static let tooLate = RPCError(.deadlineExceeded, "the call's deadline has passed")

    private func spareCall() -> ServerCall {
        // A handler that holds on to an answered call must not meet the next one in it.
        if var call = spare.popLast(), isKnownUniquelyReferenced(&call) { return call }
        return ServerCall()
    }

    func finished(_ call: ServerCall) {
        callsInFlight -= 1
        bytesInFlight -= call.body.count
        counts.arrivalsOfAnswered.append(call.arrival)
        if spare.count < 1024 { spare.append(call) }
    }

    // MARK: Turns

    private func endPolling() {
        guard !inbox.isEmpty else { return }
        let calls = inbox
        inbox.removeAll(keepingCapacity: true)
        metrics.turns.add()
        for start in stride(from: 0, to: calls.count, by: configuration.maximumBatch) {
            hand(calls[start..<min(start + configuration.maximumBatch, calls.count)])
        }
    }

    private func hand(_ calls: ArraySlice<ServerCall>) {
        let now = EventLoop.preciseNow
        var batch: [any RPCCall] = []
        batch.reserveCapacity(calls.count)
        for call in calls {
            if call.deadline.nanoseconds > now { batch.append(call) } else { call.fail(Self.tooLate) }
        }
        guard !batch.isEmpty else { return }
        handler.handle(batch)
        // A batch whose stages are all local is answered before the next one begins.
        loop.runJobs()
    }

    func hasOutput(_ connection: ServerConnection) {
        withOutput.append(connection)
        loop.settleThisTurn()
    }

    private func endTurn() {
        // Counted before the answers leave, so that who has an answer finds it counted.
        if counts.calls > 0 || !counts.arrivalsOfAnswered.isEmpty { countCalls() }
        if !withOutput.isEmpty {
            let connections = withOutput
            withOutput.removeAll(keepingCapacity: true)
            for connection in connections { connection.flush() }
        }
        guard counts.received > 0 || counts.sent > 0 else { return }
        metrics.received.add(UInt64(counts.received))
        metrics.sent.add(UInt64(counts.sent))
        counts.received = 0
        counts.sent = 0
    }

    private func countCalls() {
        metrics.calls.add(UInt64(counts.calls))
        counts.calls = 0
        metrics.inFlight.set(Double(callsInFlight))
        let now = EventLoop.preciseNow
        for arrival in counts.arrivalsOfAnswered { metrics.seconds.record(now &- arrival) }
        counts.arrivalsOfAnswered.removeAll(keepingCapacity: true)
    }

    // MARK: Draining

    /// Stops accepting, tells callers to go elsewhere, answers what is in flight, then calls `completion`; connections
    /// that still wait after the configured time are cut.
    package func drain(_ completion: @escaping () -> Void) {
        drainCompletions.append(completion)
        guard !isDraining else { return finishDraining() }
        isDraining = true
        listener?.close()
        listener = nil
        for connection in connections { connection.drain() }
        if connections.isEmpty { return finishDraining() }
        drainTimer = try? loop.schedule(after: configuration.drainTimeout) { [weak self] in
            guard let self else { return }
            for connection in connections { connection.close() }
        }
    }

    private func finishDraining() {
        guard connections.isEmpty else { return }
        drainTimer?.close()
        drainTimer = nil
        let completions = drainCompletions
        drainCompletions = []
        for completion in completions { completion() }
    }
}
