import EventLoop

/// Finds the addresses behind a name's endpoints, and finds them again: at intervals, and when asked to after a failure.
///
/// What was found stays until a look-up finds something else: a resolver that is down changes nothing.
final class NameResolver {
    private struct Entry {
        let endpoint: RPCName.Endpoint
        var addresses: [SocketAddress] = []
        var isLookedUp = false
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
    var isFinding: Bool { entries.contains { $0.isLookedUp && $0.addresses.isEmpty } }

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
    }

    private func lookUp() {
        guard !isDone else { return }
        lastRound = EventLoop.preciseNow
        try? timer?.start(after: interval, repeatingEvery: interval)
        for index in entries.indices where !entries[index].isFixed && !entries[index].isLookedUp {
            let endpoint = entries[index].endpoint
            entries[index].isLookedUp = true
            loop.lookUp(host: endpoint.host, port: endpoint.port) { [weak self] in self?.found($0, at: index) }
        }
    }

    private func found(_ result: Result<[SocketAddress], ListenError>, at index: Int) {
        guard !isDone else { return }
        entries[index].isLookedUp = false
        switch result {
        case .success(let addresses):
            // A host that has both kinds would count twice.
            let v4 = addresses.filter(\.isIPv4)
            entries[index].addresses = (v4.isEmpty ? addresses : v4).map(\.numeric)
            tell()
        case .failure(let error):
            failed(RPCError(.unavailable, "\(error)"))
            refresh()
        }
    }

    private func tell() {
        changed(entries.flatMap(\.addresses))
    }
}
