package import EventLog
package import Metrics

extension MetricRegistry {
    /// A gauge of how far a role is behind the log: the difference of positions, 0 when it has everything.
    package func consumerLag(
        _ log: any EventLog, _ topic: String, lane: Int = 0, role: String,
        position: @escaping @Sendable () -> LogPosition?
    ) {
        computedGauge(
            "cascade_consumer_lag",
            help: "Positions between the end of a lane of a topic and a role's state, by role, topic and lane.",
            labels: ["role": role, "topic": topic, "lane": String(lane)]
        ) {
            guard let end = try? log.endPosition(topic: topic, lane: lane), let position = position(), end > position
            else {
                return 0
            }
            return Double(end.rawValue - position.rawValue)
        }
    }
}
