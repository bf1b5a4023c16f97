import EventLoop
import Metrics

/// What becomes of a call: an answer, a failure, another attempt, its deadline.
extension RPCClient {
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
    func move(_ call: PendingCall) -> Bool {
        guard !call.hasMoved, let link = call.link, live.contains(where: { $0.address !== link.address }) else {
            return false
        }
        moveOn(call, from: link)
        return true
    }

    func moveOn(_ call: PendingCall, from link: ClientLink) {
        call.hasMoved = true
        metrics.retries.add()
        call.link = nil
        link.released()
        assign(call, avoiding: link.address, at: EventLoop.preciseNow)
    }

    func finish(_ call: PendingCall, _ result: Result<[UInt8], RPCError>) {
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

    func arm(_ call: PendingCall) {
        wheel.arm(call.index, at: call.deadline)
        look(at: TimerWheel.look(for: call.deadline))
    }

    func look(at time: UInt64) {
        guard time < nextLook else { return }
        nextLook = time
        try? wheelTimer?.start(after: time - min(time, EventLoop.preciseNow))
    }

    func expire() {
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
}
