import EventLoop

/// Finds the addresses behind a name's endpoints, and finds them again: at intervals, and when asked to after a failure.
///
/// What was found stays until a look-up finds something else: a resolver that is down changes nothing.
final class NameResolver {
    private struct Entry {
        let endpoint: RPCName.Endpoint
        var addresses: [SocketAddress] = []
        var lookup: AddressLookup?
        /// Numeric: never looked up.
        var isFixed = false
    }

    private let loop: EventLoop
    private let interval: UInt64
    private let pause: UInt64
    private var entries: [Entry]
    private var timer: LoopTimer?
    private var lastRound: UInt64 = 0
    private var isDone = false
    /// Gets all addresses, after each change.
    private let changed: ([SocketAddress]) -> Void
    private let failed: (RPCError) -> Void

    init(
        loop: EventLoop, name: RPCName, configuration: RPCClientConfiguration,
        changed: @escaping ([SocketAddress]) -> Void, failed: @escaping (RPCError) -> Void
    ) {
        self.loop = loop
        interval = configuration.lookUpInterval
        pause = configuration.lookUpPause
        entries = name.endpoints.map { Entry(endpoint: $0) }
        self.changed = changed
        self.failed = failed
    }

    /// A first look-up is under way: there may be addresses soon.
    var isFinding: Bool { entries.contains { $0.lookup != nil && $0.addresses.isEmpty } }

    func start() throws {
        for index in entries.indices {
            guard
                let address = SocketAddress(
                    numericHost: entries[index].endpoint.host, port: entries[index].endpoint.port)
            else { continue }
            entries[index].addresses = [address]
            entries[index].isFixed = true
        }
        if entries.contains(where: \.isFixed) { tell() }
        guard !entries.allSatisfy(\.isFixed) else { return }
        timer = try LoopTimer(loop: loop) { [weak self] in self?.lookUp() }
        lookUp()
    }

    /// Something behind the name cannot be reached: looks again, soon.
    func refresh() {
        guard let timer, !isDone else { return }
        let since = EventLoop.preciseNow - lastRound
        try? timer.start(after: since >= pause ? 0 : pause - since, repeatingEvery: interval)
    }

    func stop() {
        isDone = true
        timer?.close()
        for index in entries.indices {
            entries[index].lookup?.cancel()
            entries[index].lookup = nil
        }
    }

    private func lookUp() {
        guard !isDone else { return }
        lastRound = EventLoop.preciseNow
        try? timer?.start(after: interval, repeatingEvery: interval)
        for index in entries.indices where !entries[index].isFixed && entries[index].lookup == nil {
            let endpoint = entries[index].endpoint
            do {
                entries[index].lookup = try AddressLookup(loop: loop, host: endpoint.host, port: endpoint.port) {
                    [weak self] result in self?.found(result, at: index)
                }
            } catch {
                fail(error, endpoint)
            }
        }
    }

    private func found(_ result: Result<[SocketAddress], UVError>, at index: Int) {
        entries[index].lookup = nil
        switch result {
        case .success(let addresses):
            entries[index].addresses = addresses
            tell()
        case .failure(let error): fail(error, entries[index].endpoint)
        }
    }

    private func fail(_ error: UVError, _ endpoint: RPCName.Endpoint) {
        failed(RPCError(.unavailable, "cannot look up the host \"\(endpoint.host)\": \(error.reason)"))
        refresh()
    }

    private func tell() {
        changed(entries.flatMap(\.addresses))
    }
}
