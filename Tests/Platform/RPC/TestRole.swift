import EventLoop
import Metrics
import RPC
import Synchronization

/// A server on a shard of its own, with answers that tests can hold back.
final class TestRole: Sendable {
    static let echo = RPCMethod(rawValue: 1)
    /// Answered when the test says so.
    static let hold = RPCMethod(rawValue: 2)
    /// As many bytes as the body's number says.
    static let zeros = RPCMethod(rawValue: 3)
    /// Answered in the reverse order of a batch.
    static let reversed = RPCMethod(rawValue: 4)
    /// Answered by a task after some suspensions.
    static let late = RPCMethod(rawValue: 5)
    /// Fails with the code that the body's first byte names.
    static let failing = RPCMethod(rawValue: 6)

    static let unread = MetricRegistry()

    let port: UInt16
    let registry = MetricRegistry()
    private let handler: TestHandler
    private let group: ShardGroup

    init(port: UInt16 = 0, _ configure: (inout RPCServerConfiguration) throws -> Void = { _ in }) throws {
        var configuration = RPCServerConfiguration()
        // Peers of a busy test machine are slow.
        configuration.handshakeTimeout = 60_000_000_000
        configuration.writeTimeout = 60_000_000_000
        configuration.drainTimeout = 120_000_000_000
        try configure(&configuration)
        let handler = TestHandler()
        let bound = Mutex<UInt16>(0)
        group = try ShardGroup(count: 1, name: "role") { [configuration, registry] _, loop in
            handler.loop = loop
            let server = try RPCServer(
                loop: loop, configuration: configuration, metrics: RPCServerMetrics(in: registry, role: "test"),
                handler: handler)
            let address = try server.listen(on: SocketAddress(host: "127.0.0.1", port: port))
            bound.withLock { $0 = address.port }
            return [server]
        }
        self.handler = handler
        self.port = bound.withLock { $0 }
    }

    deinit { stop() }

    var name: String { "127.0.0.1:\(port)" }
    var loop: EventLoop { group.loops[0] }

    func stop() {
        group.stop()
        group.join()
    }

    func drain() { group.drain() }

    /// Runs on the loop's thread and waits for it.
    func onLoop<T: Sendable>(_ body: @escaping @Sendable (TestHandler) -> T) async -> T {
        await withCheckedContinuation { continuation in
            loop.execute { [handler] in continuation.resume(returning: body(handler)) }
        }
    }

    func heldCount() async -> Int { await onLoop { $0.held.count } }

    func releaseHeld() async {
        await onLoop { handler in
            let calls = handler.held
            handler.held = []
            for call in calls { call.answer(Array(call.body)) }
        }
    }

    func metric(_ text: String) -> Double { value(of: text, in: registry) }
}

/// The number behind the series whose text begins so, 0 without one.
func value(of series: String, in registry: MetricRegistry) -> Double {
    for line in registry.render().split(separator: "\n") where line.hasPrefix(series) {
        return line.split(separator: " ").last.flatMap { Double($0) } ?? 0
    }
    return 0
}

// @unchecked: used on the loop's thread only; tests get there by `TestRole.onLoop`.
final class TestHandler: RPCHandler, @unchecked Sendable {
    var loop: EventLoop?
    var held: [any RPCCall] = []
    var batches: [Int] = []
    var calls = 0

    func handle(_ calls: [any RPCCall]) {
        batches.append(calls.count)
        self.calls += calls.count
        for call in calls.reversed() where call.method == TestRole.reversed { call.answer(Array(call.body)) }
        for call in calls where call.method != TestRole.reversed { answer(call) }
    }

    private func answer(_ call: any RPCCall) {
        switch call.method {
        case TestRole.echo: call.answer(Array(call.body))
        case TestRole.hold: held.append(call)
        case TestRole.zeros:
            let count = Int(String(decoding: call.body, as: UTF8.self)) ?? 0
            call.answer([UInt8](repeating: 0, count: count))
        case TestRole.late:
            // It stays on its loop's thread, where the task runs.
            nonisolated(unsafe) let call = call
            guard let loop else { return }
            Task(executorPreference: loop) { @Sendable in
                await Task.yield()
                await Task.yield()
                call.answer(Array(call.body))
            }
        case TestRole.failing:
            let code = RPCError.Code(rawValue: call.body.first ?? 0) ?? .refused
            call.fail(RPCError(code, "as the test wants it"))
        default: call.fail(RPCError(.unknownMethod, "no such method"))
        }
    }
}
