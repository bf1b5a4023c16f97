package import Deadline
package import EventLoop
import Metrics

/// A shard's way to a role behind a name: a few connections to each of its addresses, shared by all calls.
///
/// A call goes to the better of two connections chosen at random, the one with fewer calls outstanding. Addresses that are
/// down are passed over and tried again after 100 ms to 1 s. A peer that lets several deadlines pass without a word gets no
/// calls until it answers a ping. Without any connection, and none in the making, calls fail at once.
///
/// It lives as long as its loop. `call` may be used from everywhere and is cheapest in a task of the loop; the rest belongs
/// to the loop's thread.
// @unchecked: all state is touched on the loop's thread only.
package final class RPCClient: RPCChannel, ShardService, @unchecked Sendable {
    package let loop: EventLoop
    package let name: RPCName
    package let configuration: RPCClientConfiguration
    let metrics: RPCClientMetrics

    private var addresses: [RPCAddress] = []
    private var live: [ClientLink] = []
    /// Of addresses that are gone, with calls that are not answered yet.
    private var retired: [ClientLink] = []
    private var table = CallTable()
    /// Calls that wait for a connection, some of them gone meanwhile.
    private var waiting: [UInt64] = []
    private var wheel: TimerWheel
    private var wheelTimer: LoopTimer?
    private var nextLook = UInt64.max
    private var expired: [Int] = []
    private var withOutput: [ClientLink] = []
    private var resolver: NameResolver?
    private var lastError: RPCError
    private var isClosed = false
    private var drainCompletions: [() -> Void] = []
    private var drainTimer: LoopTimer?
    private var random: UInt64
    private var callsThisTurn = 0
    private var startsOfFinished: [UInt64] = []

    /// Begins to connect.
    /// - Parameters:
    ///   - loop: on whose thread this is called.
    ///   - metrics: this shard's own.
    package init(
        loop: EventLoop, name: RPCName, configuration: RPCClientConfiguration, metrics: RPCClientMetrics
    ) throws {
        precondition(loop.isInLoop, "a client is made on its loop's thread")
        precondition(configuration.maximumCalls <= CallTable.capacity, "more calls than ids")
        self.loop = loop
        self.name = name
        self.configuration = configuration
        self.metrics = metrics
        lastError = RPCError(.unavailable, "no address of \(name) is known yet")
        wheel = TimerWheel(now: EventLoop.preciseNow)
        random = UInt64.random(in: 1...UInt64.max)
        wheelTimer = try LoopTimer(loop: loop) { [unowned self] in expire() }
        loop.onTurnEnd { [self] in endTurn() }
        let resolver = NameResolver(
            loop: loop, name: name, configuration: configuration,
            changed: { [unowned self] in update($0) }, failed: { [unowned self] in lookUpFailed($0) })
        self.resolver = resolver
        try resolver.start()
    }

    // MARK: Calling

    package func call(
        _ method: RPCMethod, _ body: [UInt8], by deadline: Deadline
    ) async throws(RPCError) -> [UInt8] {
        try await call(method, body, by: deadline, isOnce: false)
    }

    package func callOnce(
        _ method: RPCMethod, _ body: [UInt8], by deadline: Deadline
    ) async throws(RPCError) -> [UInt8] {
        try await call(method, body, by: deadline, isOnce: true)
    }

    private func call(
        _ method: RPCMethod, _ body: [UInt8], by deadline: Deadline, isOnce: Bool
    ) async throws(RPCError) -> [UInt8] {
        let result = await withUnsafeContinuation { (continuation: PendingCall.Continuation) in
            if loop.isInLoop {
                return begin(method, body, by: deadline, isOnce: isOnce, continuation)
            }
            let isTaken = loop.execute { [self] in
                begin(method, body, by: deadline, isOnce: isOnce, continuation)
            }
            if !isTaken { continuation.resume(returning: .failure(Self.ended)) }
        }
        return try result.get()
    }

    private static let ended = RPCError(.unavailable, "this process is ending")
    private static let tooLate = RPCError(.deadlineExceeded, "no answer came before the deadline")
    private static let full = RPCError(.overloaded, "too many calls wait for their answer")

    private func begin(
        _ method: RPCMethod, _ body: [UInt8], by deadline: Deadline, isOnce: Bool,
        _ continuation: PendingCall.Continuation
    ) {
        let now = EventLoop.preciseNow
        callsThisTurn += 1
        loop.settleThisTurn()
        if let error = refusal(of: deadline, at: now) {
            metrics.count(error.code)
            return continuation.resume(returning: .failure(error))
        }
        let call = table.take()
        call.method = method.rawValue
        call.body = body
        call.deadline = deadline.nanoseconds
        call.isOnce = isOnce
        call.start = now
        call.continuation = continuation
        if call.deadline != .max { arm(call) }
        assign(call, at: now)
    }

    private func refusal(of deadline: Deadline, at now: UInt64) -> RPCError? {
        if isClosed { return Self.ended }
        if deadline.nanoseconds <= now { return Self.tooLate }
        return table.count < configuration.maximumCalls ? nil : Self.full
    }

    /// Hands the call to a connection, or lets it wait for one, or ends it.
    private func assign(_ call: PendingCall, avoiding address: RPCAddress? = nil, at now: UInt64) {
        if let link = choose(avoiding: address) {
            guard call.body.count <= link.peerLimit else {
                let limit = link.peerLimit
                return finish(
                    call, .failure(RPCError(.tooLarge, "the call has \(call.body.count) bytes, the limit is \(limit)")))
            }
            link.send(call, at: now)
        } else if !live.isEmpty {
            finish(call, .failure(Self.full))
        } else if isHopeful {
            call.link = nil
            waiting.append(call.id)
        } else {
            finish(call, .failure(lastError))
        }
    }

    private var isHopeful: Bool {
        resolver?.isFinding == true || addresses.contains { $0.links.contains(where: \.isHopeful) }
    }

    /// The better of two at random; one of another address than the given one, if there is any.
    private func choose(avoiding address: RPCAddress?) -> ClientLink? {
        if live.count == 1 { return live[0].takesMore ? live[0] : nil }
        guard live.count > 1 else { return nil }
        let first = Int(nextRandom() % UInt64(live.count))
        var second = Int(nextRandom() % UInt64(live.count - 1))
        if second >= first { second += 1 }
        let (left, right) = (live[first], live[second])
        let isLeft = left.outstanding <= right.outstanding
        let (better, worse) = isLeft ? (left, right) : (right, left)
        if better.address !== address, better.takesMore { return better }
        if worse.address !== address, worse.takesMore { return worse }
        return live.first { $0.address !== address && $0.takesMore } ?? live.first(where: \.takesMore)
    }

    /// xorshift64: cheap, and good enough to choose connections with.
    private func nextRandom() -> UInt64 {
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return random
    }

    // MARK: Answers

    func answered(_ id: UInt64, on link: ClientLink, _ result: Result<[UInt8], RPCError>) {
        guard let call = table.find(id), call.link === link else { return metrics.lateAnswers.add() }
        finish(call, result)
    }

    /// The peer has tried and failed.
    func failed(_ id: UInt64, on link: ClientLink, _ error: RPCError) {
        guard let call = table.find(id), call.link === link else { return metrics.lateAnswers.add() }
        if error.code == .unavailable, !call.isOnce, move(call) { return }
        finish(call, .failure(error))
    }

    /// The peer has not begun.
    func declined(_ id: UInt64, on link: ClientLink, _ error: RPCError) {
        guard let call = table.find(id), call.link === link else { return metrics.lateAnswers.add() }
        if move(call) { return }
        finish(call, .failure(error))
    }

    /// Makes the call once more at another address, if there is one and the call has not moved before.
    private func move(_ call: PendingCall) -> Bool {
        guard !call.hasMoved, let link = call.link, live.contains(where: { $0.address !== link.address }) else {
            return false
        }
        moveOn(call, from: link)
        return true
    }

    private func moveOn(_ call: PendingCall, from link: ClientLink) {
        call.hasMoved = true
        metrics.retries.add()
        call.link = nil
        link.released()
        assign(call, avoiding: link.address, at: EventLoop.preciseNow)
    }

    private func finish(_ call: PendingCall, _ result: Result<[UInt8], RPCError>) {
        guard let continuation = call.continuation else { return }
        call.continuation = nil
        if call.deadline != .max { wheel.disarm(call.index) }
        if case .failure(let error) = result { metrics.count(error.code) }
        startsOfFinished.append(call.start)
        loop.settleThisTurn()
        let link = call.link
        table.free(call)
        link?.released()
        continuation.resume(returning: result)
        if !drainCompletions.isEmpty { finishDraining() }
    }

    // MARK: Deadlines

    private func arm(_ call: PendingCall) {
        wheel.arm(call.index, at: call.deadline)
        look(at: TimerWheel.look(for: call.deadline))
    }

    private func look(at time: UInt64) {
        guard time < nextLook else { return }
        nextLook = time
        try? wheelTimer?.start(after: time - min(time, EventLoop.preciseNow))
    }

    private func expire() {
        let now = EventLoop.preciseNow
        nextLook = .max
        wheel.expire(now: now, into: &expired)
        let calls = expired.map { (call: table[$0], id: table[$0].id) }
        expired.removeAll(keepingCapacity: true)
        for (call, id) in calls where call.id == id && call.continuation != nil {
            let (link, sentAt) = (call.link, call.sentAt)
            finish(call, .failure(Self.tooLate))
            link?.missed(sentAt: sentAt, at: now)
        }
        if let time = wheel.nextLook { look(at: time) }
    }

    // MARK: Connections

    private func update(_ sockets: [SocketAddress]) {
        guard !isClosed else { return }
        var kept: [RPCAddress] = []
        var known = Set<String>()
        for socket in sockets where known.insert(socket.description).inserted {
            if let address = addresses.first(where: { $0.socket.description == socket.description }) {
                kept.append(address)
            } else {
                kept.append(makeAddress(socket))
            }
        }
        let gone = addresses.filter { address in !kept.contains { $0 === address } }
        let new = kept.filter { address in !addresses.contains { $0 === address } }
        addresses = kept
        for link in new.flatMap(\.links) { link.connect() }
        for link in gone.flatMap(\.links) { retire(link) }
        showAddresses()
        if kept.isEmpty { lastError = RPCError(.unavailable, "the name \(name) stands for no address") }
        settleWaiting()
    }

    private func makeAddress(_ socket: SocketAddress) -> RPCAddress {
        let address = RPCAddress(socket)
        for _ in 0..<max(1, configuration.connectionsPerAddress) {
            if let link = try? ClientLink(client: self, address: address) { address.links.append(link) }
        }
        return address
    }

    private func retire(_ link: ClientLink) {
        link.isRetired = true
        guard link.outstanding > 0 else {
            removeLive(link)
            return link.end()
        }
        retired.append(link)
        link.leave()
    }

    func opened(_ link: ClientLink) {
        metrics.connects.add()
        link.liveIndex = live.count
        live.append(link)
        showAddresses()
        let ids = waiting
        waiting.removeAll(keepingCapacity: true)
        let now = EventLoop.preciseNow
        for id in ids {
            if let call = table.find(id) { assign(call, at: now) }
        }
    }

    func isLeaving(_ link: ClientLink) {
        removeLive(link)
        resolver?.refresh()
    }

    private func removeLive(_ link: ClientLink) {
        guard let index = link.liveIndex else { return }
        link.liveIndex = nil
        let last = live.removeLast()
        if last !== link {
            live[index] = last
            last.liveIndex = index
        }
        showAddresses()
    }

    /// The link can do nothing for its calls any more.
    func lost(_ link: ClientLink, _ error: RPCError, isDead: Bool) {
        removeLive(link)
        lastError = error
        for call in table.all(on: link) {
            let isUnsent = call.writesBefore == link.writes
            if isUnsent || !call.isOnce, !call.hasMoved, call.deadline > EventLoop.preciseNow {
                moveOn(call, from: link)
            } else {
                finish(call, .failure(error))
            }
        }
        if isDead { resolver?.refresh() }
        if link.isRetired { retired.removeAll { $0 === link } }
        settleWaiting()
    }

    private func lookUpFailed(_ error: RPCError) {
        metrics.failedLookUps.add()
        if addresses.isEmpty { lastError = error }
        settleWaiting()
    }

    /// Ends the calls that wait for a connection when none is to be expected.
    private func settleWaiting() {
        guard live.isEmpty, !waiting.isEmpty, !isHopeful else { return }
        let ids = waiting
        waiting.removeAll(keepingCapacity: true)
        for id in ids {
            if let call = table.find(id) { finish(call, .failure(lastError)) }
        }
    }

    private func showAddresses() {
        metrics.addresses.set(Double(addresses.count))
        metrics.aliveAddresses.set(
            Double(addresses.count { address in address.links.contains { $0.liveIndex != nil } }))
    }

    // MARK: Turns

    func hasOutput(_ link: ClientLink) {
        withOutput.append(link)
        loop.settleThisTurn()
    }

    private func endTurn() {
        if !withOutput.isEmpty {
            let links = withOutput
            withOutput.removeAll(keepingCapacity: true)
            for link in links { link.flush() }
        }
        guard callsThisTurn > 0 || !startsOfFinished.isEmpty else { return }
        metrics.calls.add(UInt64(callsThisTurn))
        metrics.inFlight.set(Double(table.count))
        callsThisTurn = 0
        guard !startsOfFinished.isEmpty else { return }
        let now = EventLoop.preciseNow
        for start in startsOfFinished { metrics.seconds.record(now &- start) }
        startsOfFinished.removeAll(keepingCapacity: true)
    }

    // MARK: The end

    /// Takes no more calls, waits for the answers to those in flight, and ends the connections.
    package func drain(_ completion: @escaping () -> Void) {
        drainCompletions.append(completion)
        isClosed = true
        finishDraining()
        guard !drainCompletions.isEmpty, drainTimer == nil else { return }
        drainTimer = try? loop.schedule(after: configuration.drainTimeout) { [weak self] in self?.loopEnded() }
    }

    private func finishDraining() {
        guard table.count == 0 else { return }
        end()
        drainTimer?.close()
        let completions = drainCompletions
        drainCompletions = []
        for completion in completions { completion() }
    }

    private func end() {
        isClosed = true
        resolver?.stop()
        wheelTimer?.close()
        for link in addresses.flatMap(\.links) + retired { link.end() }
        live = []
        retired = []
    }

    /// The loop closes what it has: there will be no answers.
    func loopEnded() {
        guard !isClosed || table.count > 0 else { return }
        end()
        for call in table.all { finish(call, .failure(Self.ended)) }
    }
}
