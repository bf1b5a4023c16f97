import Glibc
import Metrics

/// CPU time by stage of the request path, for one shard: the figures that say where a request's microseconds go.
package final class StageMeter: Sendable {
    /// The stages, in the order of the path.
    package enum Stage: Int, CaseIterable, Sendable {
        case parse, users, recall, ranking, rerank, answer

        package var name: String { "\(self)" }
    }

    private let nanoseconds: [Counter]

    package init() {
        nanoseconds = Stage.allCases.map { _ in Counter() }
    }

    package func seconds(of stage: Stage) -> Double { Double(nanoseconds[stage.rawValue].value) * 1e-9 }

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
