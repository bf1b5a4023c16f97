import EventLoop
import Metrics

/// Addresses and connections that come and go.
extension RPCClient {
    func update(_ sockets: [SocketAddress]) {
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

    func makeAddress(_ socket: SocketAddress) -> RPCAddress {
        let address = RPCAddress(socket)
        for _ in 0..<max(1, configuration.connectionsPerAddress) {
            if let link = try? ClientLink(client: self, address: address) { address.links.append(link) }
        }
        return address
    }

    func retire(_ link: ClientLink) {
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

    func removeLive(_ link: ClientLink) {
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

    func lookUpFailed(_ error: RPCError) {
        metrics.failedLookUps.add()
        if addresses.isEmpty { lastError = error }
        settleWaiting()
    }

    /// Ends the calls that wait for a connection when none is to be expected.
    func settleWaiting() {
        guard live.isEmpty, !waiting.isEmpty, !isHopeful else { return }
        let ids = waiting
        waiting.removeAll(keepingCapacity: true)
        for id in ids {
            if let call = table.find(id) { finish(call, .failure(lastError)) }
        }
    }

    func showAddresses() {
        metrics.addresses.set(Double(addresses.count))
        metrics.aliveAddresses.set(
            Double(addresses.count { address in address.links.contains { $0.liveIndex != nil } }))
    }
}
