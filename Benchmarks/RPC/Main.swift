import CommandLine
import Deadline
import EventLoop
import Metrics
import RPC
import Synchronization

/// CPU time of a call, both sides together: a server and a client, each on a thread of its own, over loopback.
/// `swift run -c release rpc-benchmark [SECONDS [BYTES CALLS-IN-FLIGHT]]`
@main
struct RPCBenchmark {
    static func main() async throws {
        let arguments = Swift.CommandLine.arguments.dropFirst()
        let seconds = arguments.first.flatMap { Double($0) } ?? 2
        let wanted = arguments.dropFirst().compactMap { Int($0) }
        let cases = wanted.count == 2 ? [(wanted[0], wanted[1])] : [(256, 1), (256, 64), (16 << 10, 1), (16 << 10, 64)]
        print(MachineDescription.current().text)
        print("swift run -c release rpc-benchmark \(arguments.joined(separator: " "))")
        print("in flight   bytes   calls/s   CPU µs/call   p50 µs   p99 µs")
        for (size, inFlight) in cases {
            let run = try Run(size: size, inFlight: inFlight)
            try await run.calls(for: min(0.3, seconds))
            let (calls, cpu, elapsed, latencies) = try await run.calls(for: seconds)
            run.end()
            let columns = [
                "\(inFlight)", "\(size)", "\(Int(Double(calls) / elapsed))", rounded(1e6 * cpu / Double(calls)),
                rounded(Double(latencies.percentile(50)) / 1000), rounded(Double(latencies.percentile(99)) / 1000),
            ]
            print(zip(columns, [9, 7, 9, 13, 8, 8]).map(padded).joined(separator: " "))
        }
    }

    private static func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

/// A server that answers with what it gets, and callers of it.
private final class Run: Sendable {
    private let size: Int
    private let inFlight: Int
    private let server: ShardGroup
    private let caller: ShardGroup
    private let client: RPCClient

    init(size: Int, inFlight: Int) throws {
        self.size = size
        self.inFlight = inFlight
        let port = Mutex<UInt16>(0)
        server = try ShardGroup(count: 1, name: "server") { _, loop in
            let server = try RPCServer(
                loop: loop, configuration: RPCServerConfiguration(),
                metrics: RPCServerMetrics(in: MetricRegistry(), role: "echo"), handler: Echo())
            let address = try server.listen(on: SocketAddress(host: "127.0.0.1", port: 0))
            port.withLock { $0 = address.port }
            return [server]
        }
        let name = RPCName([.init(host: "127.0.0.1", port: port.withLock { $0 })])
        let made = Mutex<RPCClient?>(nil)
        caller = try ShardGroup(count: 1, name: "client") { _, loop in
            let client = try RPCClient(
                loop: loop, name: name, configuration: RPCClientConfiguration(),
                metrics: RPCClientMetrics(in: MetricRegistry(), role: "echo"))
            made.withLock { $0 = client }
            return [client]
        }
        guard let client = made.withLock({ $0 }) else { preconditionFailure("the set-up makes a client") }
        self.client = client
    }

    func end() {
        caller.drain()
        server.drain()
    }

    /// Calls for a time; CPU and wall time are in seconds, latencies in nanoseconds.
    @discardableResult
    func calls(for seconds: Double) async throws -> (calls: Int, cpu: Double, elapsed: Double, latencies: Histogram) {
        let start = EventLoop.preciseNow
        let end = start + UInt64(seconds * 1e9)
        let cpu = ProcessMetrics.cpuSeconds()
        let latencies = HistogramMetric()
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<inFlight {
                group.addTask(executorPreference: client.loop) { [self] in try await loop(until: end, latencies) }
            }
            return try await group.reduce(0, +)
        }
        return (
            counts, ProcessMetrics.cpuSeconds() - cpu, Double(EventLoop.preciseNow - start) / 1e9, latencies.snapshot()
        )
    }

    /// One caller; all of them are tasks of the client's loop.
    private func loop(until end: UInt64, _ latencies: HistogramMetric) async throws -> Int {
        let body = [UInt8](repeating: 7, count: size)
        var count = 0
        var now = EventLoop.preciseNow
        while now < end {
            let answer = try await client.call(RPCMethod(rawValue: 1), body, by: .after(milliseconds: 2000))
            precondition(answer.count == size, "an echo of another length")
            count += 1
            let later = EventLoop.preciseNow
            latencies.record(later - now)
            now = later
        }
        return count
    }
}

private final class Echo: RPCHandler {
    func handle(_ calls: [any RPCCall]) {
        for call in calls { call.answer(Array(call.body)) }
    }
}
