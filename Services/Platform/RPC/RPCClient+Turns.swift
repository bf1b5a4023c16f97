import EventLoop
import Metrics

/// The end of a turn, and of the client.
extension RPCClient {
    func hasOutput(_ link: ClientLink) {
        withOutput.append(link)
        loop.settleThisTurn()
    }

    func endTurn() {
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

    /// Takes no more calls, waits for the answers to those in flight, and ends the connections.
    package func drain(_ completion: @escaping () -> Void) {
        drainCompletions.append(completion)
        isClosed = true
        finishDraining()
        guard !drainCompletions.isEmpty, drainTimer == nil else { return }
        drainTimer = try? loop.schedule(after: configuration.drainTimeout) { [weak self] in self?.loopEnded() }
    }

    func finishDraining() {
        guard table.count == 0 else { return }
        end()
        drainTimer?.close()
        let completions = drainCompletions
        drainCompletions = []
        for completion in completions { completion() }
    }

    func end() {
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
