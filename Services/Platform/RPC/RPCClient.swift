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

    var addresses: [RPCAddress] = []
    var live: [ClientLink] = []
    /// Of addresses that are gone, with calls that are not answered yet.
    var retired: [ClientLink] = []
    var table = CallTable()
    /// Calls that wait for a connection, some of them gone meanwhile.
    var waiting: [UInt64] = []
    var wheel: TimerWheel
    var wheelTimer: LoopTimer?
    var nextLook = UInt64.max
    var expired: [Int] = []
    var withOutput: [ClientLink] = []
    var resolver: NameResolver?
    var lastError: RPCError
    var isClosed = false
    var drainCompletions: [() -> Void] = []
    var drainTimer: LoopTimer?
    var random: UInt64
    var callsThisTurn = 0
    var startsOfFinished: [UInt64] = []

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

    static let ended = RPCError(.unavailable, "this process is ending")
    static let tooLate = RPCError(.deadlineExceeded, "no answer came before the deadline")
    static let full = RPCError(.overloaded, "too many calls wait for their answer")

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
}
