import Glibc
package import Metrics

/// CPU time by stage of the request path, for one shard: the figures that say where a request's microseconds go.
package final class StageMeter: Sendable {
    /// The stages, in the order of the path.
    enum Stage: Int, CaseIterable, Sendable {
        case parse, users, cache, recall, ranking, rerank, answer

        var name: String { "\(self)" }
    }

    private let nanoseconds: [Counter]

    package init(_ registry: MetricRegistry) {
        nanoseconds = Stage.allCases.map { stage in
            registry.counter(
                "cascade_stage_cpu_seconds_total", help: "CPU time of the request path by stage.",
                labels: ["stage": stage.name], scale: 1e-9)
        }
    }

    /// Starts measuring on the calling thread.
    func start() -> Lap { Lap(meter: self, last: Self.threadTime()) }

    /// CPU time that the calling thread has used, in nanoseconds.
    private static func threadTime() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    /// A running measurement: what has passed since the last call goes to the stage that is named next.
    struct Lap {
        let meter: StageMeter
        var last: UInt64

        mutating func end(_ stage: Stage) {
            let now = StageMeter.threadTime()
            meter.nanoseconds[stage.rawValue].add(now &- last)
            last = now
        }
    }
}
