package import EventLoop
package import Logging
package import Metrics

/// A shard's way to a Redis: one connection on the shard's loop, made anew whenever it is lost.
///
/// Nothing waits for a connection: while there is none, and while the one there is does not answer, commands are missed
/// at once. A connection counts as stalled when a reply is overdue and nothing came for that long; the overdue reply ends
/// that, or after a while a new connection is made, whose greeting is the probe.
///
/// All of it belongs to the loop's thread.
package final class RedisClient: ShardService {
    private enum State {
        /// No connection; a timer or a look-up is about to make one.
        case apart
        case opening(RedisConnection)
        case ready(RedisConnection)
        case stalled(RedisConnection)
        case over
    }

    private let loop: EventLoop
    private let endpoint: RedisEndpoint
    private let configuration: RedisConfiguration
    private let metrics: RedisMetrics
    private let logger: Logger
    /// One for each kind of problem: the end of a connection must not hide why there is no new one.
    private let complaints: [String: LogRateLimit]
    private var state = State.apart
    private var backOff: BackOff
    private var addresses: [SocketAddress] = []
    private var attempt = 0
    /// Ends the present state when it takes too long.
    private var stateTimer: LoopTimer?
    private var stateTimerAction: (() -> Void)?
    private var expiryTimer: LoopTimer?
    private var expiryAt = UInt64.max
    private var isExpiryDue = false
    /// Called each time that a connection becomes ready, before anybody can use it.
    package var onReady: (() -> Void)?

    /// A client that begins to connect at once. On the loop's thread.
    package init(
        loop: EventLoop, endpoint: RedisEndpoint, configuration: RedisConfiguration = RedisConfiguration(),
        metrics: MetricRegistry, logger: Logger
    ) throws {
        self.loop = loop
        self.endpoint = endpoint
        self.configuration = configuration
        self.metrics = RedisMetrics(metrics)
        self.logger = logger.with(["redis": LogValue(endpoint)])
        complaints = .init(
            uniqueKeysWithValues: RedisProblem.names.map { ($0, LogRateLimit(intervalMilliseconds: 10_000)) })
        backOff = BackOff(first: configuration.firstDelay, longest: configuration.longestDelay)
        stateTimer = try LoopTimer(loop: loop) { [weak self] in self?.stateTimerFired() }
        expiryTimer = try LoopTimer(loop: loop) { [weak self] in self?.expiryTimerFired() }
        loop.onPolled { [weak self] in self?.expireIfDue() }
        loop.onTurnEnd { [weak self] in self?.connection?.flush() }
        lookUp()
    }

    deinit {
        stateTimer?.close()
        expiryTimer?.close()
        connection?.close()
    }

    // MARK: Commands

    /// Commands are sent; otherwise they are missed at once.
    package var isReady: Bool {
        if case .ready = state { true } else { false }
    }

    /// Sends a command with what else this turn sends. `completion` is called once: with the reply, or with why there is
    /// none, at once where that is known, else at `deadline` (nanoseconds of the loop's clock) or when the configured
    /// time-out is over at the latest.
    package func send(_ command: RedisCommand, by deadline: UInt64, _ completion: @escaping (RedisOutcome) -> Void) {
        metrics.commands.add()
        let now = EventLoop.preciseNow
        guard case .ready(let connection) = state else { return miss(.unavailable, completion) }
        guard deadline > now else { return miss(.timeout, completion) }
        guard hasRoom(connection, command, 4) else { return miss(.full, completion) }
        let latest = min(deadline, now + configuration.timeout)
        connection.send(command, now: now, deadline: latest) { [metrics] outcome in
            switch outcome {
            case .reply: metrics.latency.record(EventLoop.preciseNow - now)
            case .missed(let miss): metrics.missed[miss]?.add()
            }
            completion(outcome)
        }
        watch(latest)
    }

    /// Sends a command whose reply nobody waits for, or drops it when there is no connection or too much is under way.
    /// - Returns: false when it was dropped.
    @discardableResult
    package func post(_ command: RedisCommand) -> Bool {
        guard case .ready(let connection) = state, hasRoom(connection, command, 3) else {
            metrics.droppedStores.add()
            return false
        }
        metrics.stores.add()
        let now = EventLoop.preciseNow
        connection.send(command, now: now, deadline: now + configuration.timeout, nil)
        watch(now + configuration.timeout)
        return true
    }

    private func miss(_ reason: RedisMiss, _ completion: (RedisOutcome) -> Void) {
        metrics.missed[reason]?.add()
        completion(.missed(reason))
    }

    private func hasRoom(_ connection: RedisConnection, _ command: RedisCommand, _ quarters: Int) -> Bool {
        connection.pending.count * 4 < configuration.commandsInFlight * quarters
            && (connection.pending.byteCount + command.bytes.count) * 4 <= configuration.bytesInFlight * quarters
    }

    /// Ends the connection for good; what is under way is missed.
    package func drain(_ completion: @escaping () -> Void) {
        let connection = connection
        enter(.over)
        stateTimer?.close()
        expiryTimer?.close()
        connection?.flush()
        connection?.close()
        completion()
    }

    // MARK: Time-outs

    private func watch(_ deadline: UInt64) {
        guard deadline < expiryAt else { return }
        expiryAt = deadline
        let now = EventLoop.preciseNow
        try? expiryTimer?.start(after: deadline > now ? deadline - now : 0)
    }

    /// Timers fire before a turn polls: what has arrived meanwhile is read first, then what is still missing is late.
    private func expiryTimerFired() {
        isExpiryDue = true
        loop.requestTurn()
    }

    private func expireIfDue() {
        guard isExpiryDue else { return }
        isExpiryDue = false
        expiryAt = .max
        guard let connection else { return }
        let now = EventLoop.preciseNow
        for completion in connection.pending.expire(now: now) { completion(.missed(.timeout)) }
        guard case .ready(let connection) = state, let oldest = connection.pending.oldest else { return }
        let overdue = max(oldest, connection.lastSign) + configuration.timeout
        if overdue <= now {
            stall(connection)
        } else {
            watch(min(overdue, connection.pending.nextDeadline(after: now) ?? .max))
        }
    }

    private func stall(_ connection: RedisConnection) {
        // A busy machine alone brings it about for a moment: worth a count, and a line only when it lasts.
        metrics.stalls.add()
        enter(.stalled(connection), for: configuration.stallLimit) { [unowned self] in
            complain(.stalled)
            drop(connection)
            lookUp()
        }
        for completion in connection.pending.expire(now: .max) { completion(.missed(.timeout)) }
    }

    // MARK: Connecting

    private var connection: RedisConnection? {
        switch state {
        case .opening(let connection), .ready(let connection), .stalled(let connection): connection
        case .apart, .over: nil
        }
    }

    private func enter(_ next: State, for limit: UInt64 = 0, _ action: (() -> Void)? = nil) {
        if case .over = state { return }
        state = next
        metrics.connected.set(isReady ? 1 : 0)
        if case .stalled = next { metrics.stalled.set(1) } else { metrics.stalled.set(0) }
        stateTimerAction = action
        if action == nil {
            stateTimer?.stop()
        } else {
            try? stateTimer?.start(after: limit)
        }
    }

    private func stateTimerFired() {
        let action = stateTimerAction
        stateTimerAction = nil
        action?()
    }

    private func lookUp() {
        attempt += 1
        let current = attempt
        enter(.apart, for: configuration.connectTimeout) { [unowned self] in retry(.unknownHost("no answer in time")) }
        loop.lookUp(host: endpoint.host, port: endpoint.port) { [weak self] result in
            guard let self, current == attempt, case .apart = state else { return }
            switch result {
            case .success(let found):
                addresses = found
                connect()
            case .failure(.unknownHost(_, let reason)): retry(.unknownHost(reason))
            case .failure(let error): retry(.unknownHost("\(error)"))
            }
        }
    }

    /// Connects to the next of the host's addresses.
    private func connect() {
        do {
            let connection = try RedisConnection(
                loop: loop, address: addresses[attempt % addresses.count], replyBytes: configuration.replyBytes,
                owner: self)
            enter(.opening(connection), for: configuration.connectTimeout) { [unowned self] in
                drop(connection)
                retry(.silent)
            }
        } catch {
            retry(.unreachable("\((error as? UVError)?.reason ?? "\(error)")"))
        }
    }

    private func drop(_ connection: RedisConnection) {
        if case .over = state { return }
        state = .apart
        connection.close()
    }

    /// Waits, then begins anew.
    private func retry(_ problem: RedisProblem) {
        attempt += 1
        complain(problem)
        enter(.apart, for: backOff.next(now: EventLoop.preciseNow)) { [unowned self] in lookUp() }
    }

    private func greet(_ connection: RedisConnection) {
        let greeting = endpoint.greeting
        let now = EventLoop.preciseNow
        for (index, command) in greeting.enumerated() {
            connection.send(command, now: now, deadline: .max) { [weak self] outcome in
                guard case .reply(let reply) = outcome else { return }
                self?.greeted(connection, reply, isLast: index == greeting.count - 1)
            }
        }
    }

    private func greeted(_ connection: RedisConnection, _ reply: RedisReply, isLast: Bool) {
        guard case .opening(let current) = state, current === connection else { return }
        if let code = reply.errorCode {
            drop(connection)
            retry(.refused(code))
        } else if isLast {
            guard reply.isPong else {
                drop(connection)
                return retry(.notRedis)
            }
            metrics.connections.add()
            backOff.connected(now: EventLoop.preciseNow)
            enter(.ready(connection))
            logger.info("connected to Redis")
            onReady?()
        }
    }

    private func complain(_ problem: RedisProblem) {
        metrics.problems[problem.name]?.add()
        guard let suppressed = complaints[problem.name]?.admit() else { return }
        logger.warning(
            "no use of Redis for now: the cache misses",
            ["problem": .text(problem.advice), "suppressed": LogValue(suppressed)])
    }
}

extension RedisClient: RedisConnectionOwner {
    func connectionDidOpen(_ connection: RedisConnection) {
        guard case .opening(let current) = state, current === connection else { return }
        greet(connection)
    }

    func connection(_ connection: RedisConnection, didReply reply: RedisReply) {
        if reply.errorCode != nil { metrics.errors.add() }
        guard case .stalled(let current) = state, current === connection else { return }
        enter(.ready(connection))
    }

    func connection(_ connection: RedisConnection, didFail problem: RedisProblem) {
        guard self.connection === connection else { return }
        drop(connection)
        retry(problem)
    }
}
