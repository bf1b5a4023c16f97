import EventLoop
import Metrics

/// Runs a freshness probe.
package struct ProbeRun: Sendable {
    private let plan: ProbePlan
    private let door: (any EventDoor)?

    /// - Parameter door: where events go; nil: to the server, by `POST /events`.
    package init(_ plan: ProbePlan, door: (any EventDoor)? = nil) {
        self.plan = plan
        self.door = door
    }

    /// Nanoseconds for the users' first answers, each.
    private static let leadPerUser: UInt64 = 1_000_000
    private static let lead: UInt64 = 500_000_000

    /// Runs the plan; blocks until it has ended, at the latest two time-outs after its last event was due.
    package func run() throws -> ProbeMeasurements {
        let first = try HTTPFetch(plan.target).get("/recommend?user=\(plan.userPrefix)first&n=\(plan.items)")
        guard first.status == 200, AnswerItems().read(first.body)?.isEmpty == false else {
            throw LoadTestError(
                "\(plan.target) has no items to recommend (status \(first.status)): there is nothing to see an event by."
            )
        }
        let address = try SocketAddress(host: plan.target.host, port: UInt16(plan.target.port))
        let schedule = Schedule(
            start: EventLoop.preciseNow + Self.lead + UInt64(plan.users) * Self.leadPerUser, rate: plan.rate,
            warmup: UInt64(plan.warmup * 1e9), duration: UInt64(plan.duration * 1e9))
        let total = ProbeTotal()
        let group = try ShardGroup(count: 1, name: "probe") { [plan, door] _, loop in
            [
                try ProbeWorker(
                    loop: loop, plan: plan, schedule: schedule, address: address, door: door, total: total)
            ]
        }
        defer {
            group.stop()
            group.join()
        }
        let end = schedule.start + UInt64((plan.warmup + plan.duration) * 1e9)
        guard !StopSignal.wait(until: end, now: { EventLoop.preciseNow }) else {
            throw LoadTestError("Stopped before the end; there is no report.")
        }
        group.join()
        return total.value
    }
}

extension AnswerItems {
    fileprivate func read(_ body: String) -> [String]? {
        Array(body.utf8).withUnsafeBytes { read($0) }
    }
}
