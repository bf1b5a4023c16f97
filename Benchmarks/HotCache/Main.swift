import CommandLine
import Redis

/// What the gateway's cache costs its shard, against a running Redis: CPU of this process a batch.
@main
struct HotCacheBenchmark {
    private static let redis = Option.string(
        "redis", valueName: "HOST:PORT", help: "A Redis on this machine; what the benchmark stores is gone in a minute."
    )
    private static let lists = Option.integer("lists", in: 1...256, help: "Lists of a batch.", default: 8)
    private static let batches = Option.integer("batches", in: 100...10_000_000, help: "Batches.", default: 20_000)

    static func main() async {
        await Command(
            "hot-cache-benchmark", summary: "Measures the CPU that reading and storing cached lists takes.",
            parameters: [redis, lists, batches]
        ) { arguments in
            let text = try arguments.required(redis)
            guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
                throw UsageError("--redis \(text): HOST:PORT is expected.", command: arguments.command)
            }
            try await Measurement(
                endpoint: RedisEndpoint(host: String(text[..<colon]), port: port),
                lists: try arguments.required(lists), batches: try arguments.required(batches)
            ).run()
            return .success
        }.main()
    }
}
