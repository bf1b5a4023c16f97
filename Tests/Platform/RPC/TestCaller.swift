import Deadline
import EventLoop
import Metrics
import RPC
import Synchronization

/// A client on a shard of its own.
final class TestCaller: Sendable {
    let client: RPCClient
    let registry = MetricRegistry()
    private let group: ShardGroup

    init(_ name: String, _ configure: (inout RPCClientConfiguration) throws -> Void = { _ in }) throws {
        var configuration = RPCClientConfiguration()
        // Peers of a busy test machine are slow.
        configuration.connectTimeout = 30_000_000_000
        configuration.pingTimeout = 30_000_000_000
        configuration.drainTimeout = 120_000_000_000
        try configure(&configuration)
        let name = try RPCName(name)
        let made = Mutex<RPCClient?>(nil)
        group = try ShardGroup(count: 1, name: "caller") { [configuration, registry] _, loop in
            let client = try RPCClient(
                loop: loop, name: name, configuration: configuration,
                metrics: RPCClientMetrics(in: registry, role: "test"))
            made.withLock { $0 = client }
            return [client]
        }
        client = made.withLock { $0! }
    }

    deinit { stop() }

    func stop() {
        group.stop()
        group.join()
    }

    func drain() { group.drain() }

    /// Calls from this thread; generous, as a test machine is busy.
    func call(
        _ method: RPCMethod, _ body: [UInt8] = [1, 2, 3], within milliseconds: UInt64 = 30_000
    ) async throws(RPCError) -> [UInt8] {
        try await client.call(method, body, by: .after(milliseconds: milliseconds))
    }

    func callOnce(
        _ method: RPCMethod, _ body: [UInt8] = [1, 2, 3], within milliseconds: UInt64 = 30_000
    ) async throws(RPCError) -> [UInt8] {
        try await client.callOnce(method, body, by: .after(milliseconds: milliseconds))
    }

    /// The code that a call fails with; nil where it does not.
    func failure(
        of method: RPCMethod, _ body: [UInt8] = [1, 2, 3], within milliseconds: UInt64 = 30_000
    ) async -> RPCError.Code? {
        do throws(RPCError) {
            _ = try await call(method, body, within: milliseconds)
            return nil
        } catch {
            return error.code
        }
    }

    /// A call that is under way without a thread of the tests' pool, which tests with raw peers block.
    func begin(_ method: RPCMethod) -> Task<Result<[UInt8], RPCError>, Never> {
        Task(executorPreference: client.loop) { [client] in
            do throws(RPCError) {
                return .success(try await client.call(method, [1, 2, 3], by: .after(milliseconds: 60_000)))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Runs in a task of the client's loop.
    func onLoop<T: Sendable>(_ body: @escaping @Sendable (RPCClient) async throws -> T) async throws -> T {
        try await Task(executorPreference: client.loop) { [client] in try await body(client) }.value
    }

    func metric(_ text: String) -> Double { value(of: text, in: registry) }
}
