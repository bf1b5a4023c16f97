package import EventLog
package import Metrics

extension MetricRegistry {
    /// A gauge of how far a role is behind the log: the difference of positions, 0 when it has everything.
    package func consumerLag(
        _ log: any EventLog, _ topic: String, role: String, position: @escaping @Sendable () -> LogPosition?
    ) {
        computedGauge(
            "cascade_consumer_lag", help: "Positions between the end of a topic and a role's state, by role and topic.",
            labels: ["role": role, "topic": topic]
        ) {
            guard let end = try? log.endPosition(topic: topic), let position = position(), end > position else {
                return 0
            }
            return Double(end.rawValue - position.rawValue)
        }
    }
}
