package import EventLoop

/// A shard's HTTP/1.1 server: it collects the requests of one turn of the loop and hands them over as batches.
///
/// Everything belongs to the loop's thread.
package final class HTTPServer: ShardService {
    package let loop: EventLoop
    package let configuration: HTTPServerConfiguration
    package internal(set) var statistics = HTTPServerStatistics()

    let requestDeadlines: DeadlineList
    let idleDeadlines: DeadlineList
    let answerDeadlines: DeadlineList
    let writeDeadlines: DeadlineList
    let lingerDeadlines: DeadlineList
    let date = DateCache()
    /// Scratch for the head, and for the bodies of the server's own answers.
    let headBuffer = ByteBuffer(capacity: 1024)
    let problemBuffer = ByteBuffer(capacity: 512)

    private let handler: any HTTPBatchHandler
    private var listeners: [TCPListener] = []
    private var connections: [HTTPConnection] = []
    private var inbox: [HTTPExchange] = []
    private var resuming: [HTTPConnection] = []
    private var drainCompletions: [() -> Void] = []
    private var idleTimer: LoopTimer?
    private var drainTimer: LoopTimer?
    private(set) var isDraining = false

    package init(loop: EventLoop, configuration: HTTPServerConfiguration, handler: any HTTPBatchHandler) throws {
        precondition(configuration.maximumBatch > 0, "a batch holds at least one request")
        self.loop = loop
        self.configuration = configuration
        self.handler = handler
        requestDeadlines = try loop.makeDeadlineList(timeout: configuration.requestTimeout)
        idleDeadlines = try loop.makeDeadlineList(timeout: configuration.idleTimeout)
        answerDeadlines = try loop.makeDeadlineList(timeout: configuration.answerTimeout)
        writeDeadlines = try loop.makeDeadlineList(timeout: configuration.writeTimeout)
        lingerDeadlines = try loop.makeDeadlineList(timeout: configuration.lingerTimeout)
        loop.onPolled { [weak self] in self?.endPolling() }
    }

    // MARK: Listening

    /// Begins to accept connections.
    /// - Parameters:
    ///   - address: with several shards, that of a `PortReservation` held until all listen.
    ///   - reusePort: shares the port with the other shards.
    /// - Returns: the address with the real port.
    @discardableResult
    package func listen(on address: SocketAddress, reusePort: Bool = false) throws(ListenError) -> SocketAddress {
        let listener = try TCPListener(
            loop: loop, address: address, reusePort: reusePort, backlog: configuration.backlog
        ) { [weak self] stream in
            guard let self else { return stream.close() }
            accept(stream)
        }
        listeners.append(listener)
        return listener.address
    }

    /// Begins to accept connections from a socket that is there already, others beside it.
    package func listen(on socket: ListeningSocket) throws(ListenError) {
        listeners.append(
            try TCPListener(loop: loop, socket: socket, backlog: configuration.backlog) { [weak self] stream in
                guard let self else { return stream.close() }
                accept(stream)
            })
    }

    private func accept(_ stream: TCPStream) {
        statistics.connectionsAccepted &+= 1
        statistics.acceptFailures = listeners.reduce(0) { $0 + $1.acceptFailures }
        // Above the limit a few are told so; a flood is not worth even that.
        let isOverLimit = connections.count >= configuration.maximumConnections
        guard !isOverLimit || connections.count < configuration.maximumConnections + 64 else {
            statistics.rejectedConnections &+= 1
            return stream.close()
        }
        let connection = HTTPConnection(server: self, stream: stream)
        connection.index = connections.count
        connections.append(connection)
        statistics.connectionsOpen = UInt64(connections.count)
        if isOverLimit {
            statistics.rejectedConnections &+= 1
            connection.refuse(.tooManyConnections)
        } else {
            connection.start()
        }
    }

    func removed(_ connection: HTTPConnection) {
        let last = connections.removeLast()
        if last !== connection {
            connections[connection.index] = last
            last.index = connection.index
        }
        statistics.connectionsOpen = UInt64(connections.count)
        if isDraining { finishDraining() }
    }

    // MARK: Turns

    func received(_ exchange: HTTPExchange) {
        inbox.append(exchange)
    }

    /// The connection has more bytes in hand: it goes on in the next turn, after the other connections were read.
    func resumeLater(_ connection: HTTPConnection) {
        resuming.append(connection)
        loop.requestTurn()
    }

    private func endPolling() {
        if !resuming.isEmpty {
            let connections = resuming
            resuming.removeAll(keepingCapacity: true)
            for connection in connections { connection.resume() }
        }
        guard !inbox.isEmpty else { return }
        if inbox.count <= configuration.maximumBatch {
            hand(inbox)
        } else {
            for start in stride(from: 0, to: inbox.count, by: configuration.maximumBatch) {
                hand(Array(inbox[start..<min(start + configuration.maximumBatch, inbox.count)]))
            }
        }
        inbox.removeAll(keepingCapacity: true)
    }

    private func hand(_ batch: [HTTPExchange]) {
        statistics.batches &+= 1
        statistics.requests &+= UInt64(batch.count)
        handler.handle(batch)
        // A batch whose stages are all local is answered before the next one begins.
        loop.runJobs()
    }

    // MARK: Draining

    /// Stops accepting, answers what is in flight and what still comes with `Connection: close`, closes idle connections
    /// after a moment, then calls `completion`; connections that are still busy after the configured time are cut.
    package func drain(_ completion: @escaping () -> Void) {
        drainCompletions.append(completion)
        guard !isDraining else { return finishDraining() }
        isDraining = true
        for listener in listeners { listener.close() }
        listeners = []
        if connections.isEmpty { return finishDraining() }
        idleTimer = try? loop.schedule(after: configuration.drainIdleTimeout) { [weak self] in
            guard let self else { return }
            for connection in connections { connection.drain() }
        }
        drainTimer = try? loop.schedule(after: configuration.drainTimeout) { [weak self] in
            guard let self else { return }
            for connection in connections { connection.cut() }
        }
    }

    private func finishDraining() {
        guard connections.isEmpty else { return }
        idleTimer?.close()
        idleTimer = nil
        drainTimer?.close()
        drainTimer = nil
        let completions = drainCompletions
        drainCompletions = []
        for completion in completions { completion() }
    }
}
