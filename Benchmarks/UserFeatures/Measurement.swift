import CommandLine
import Contracts
import Domain
import EventLog
import Foundation
import Glibc
import KafkaLog
import Metrics
import UserFeatures

/// Events a second through a replica, from Kafka to states on disk and in the changelog.
struct Measurement {
    let brokers: String
    let events: Int
    let users: Int
    private let partitions = 8
    private let topics = Topics(prefix: "benchmark-\(PartitionClaim.randomInstance())")

    init(brokers: String, events: Int, users: Int) {
        self.brokers = brokers
        self.events = events
        self.users = users
    }

    func run() async throws {
        print(MachineDescription.current().text)
        let metrics = MetricRegistry()
        let log = try UserFeaturesBenchmark.log(brokers, topics, partitions: partitions, metrics)
        let written = ContinuousClock.now
        try await fill(log)
        print("\(events) events of \(users) users written in \(Self.seconds(since: written)) s")
        let directory = FileManager.default.temporaryDirectory.appending(path: topics.userEvents).path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let replica = try await UserFeaturesReplica.open(
            UserFeaturesReplicaConfiguration(directory: directory, topics: topics), log: log,
            catalogue: FixedCatalogue(), logger: UserFeaturesBenchmark.logger, metrics: metrics
        ) { _ in }
        let (start, cpu) = (ContinuousClock.now, Self.processorSeconds())
        let feed = try EventFeed(log: log, topic: topics.userEvents, lanes: replica.lanes, consumers: [replica])
        report("in memory", since: start, cpu)
        guard try await replica.flush() else { return print("the checkpoint could not be written") }
        report("on disk and in the changelog", since: start, cpu)
        guard metrics.render().contains("cascade_user_events_total{kind=\"interaction\"} \(events)") else {
            return print("some events are missing: the measurement does not count")
        }
        for line in metrics.render().split(separator: "\n")
        where line.hasPrefix("cascade_checkpoint_rows_total") || line.hasPrefix("cascade_user_events_total")
            || line.hasPrefix("cascade_checkpoint_seconds_count") || line.hasPrefix("cascade_checkpoint_seconds_sum")
        { print(line) }
        feed.close()
        replica.close()
        log.close()
    }

    private func fill(_ log: any EventLog) async throws {
        var random = SystemRandomNumberGenerator()
        // Of now, or the topic's retention removes them while they are read.
        let start = DeadLetter.wallClock()
        var number = 0
        while number < events {
            var records: [NewRecord] = []
            for _ in 0..<min(10_000, events - number) {
                // A few users do much, many do little.
                let share = Double.random(in: 0..<1, using: &random)
                let user = "user-\(Int(share * share * Double(users)))"
                let item = "i\(ItemNumber.random(in: 0..<FixedCatalogue.items, using: &random))"
                let time = start + Int64(number) / 1_000
                let event = Event(
                    id: "event-\(number)", type: "click", user: user, items: [item], timestamp: time,
                    session: "session-\(number / 20)", requestID: "request-\(number)", scenario: "home")
                records.append(
                    NewRecord(
                        topic: topics.userEvents, key: user, value: EventJSON.encoded(event), timestamp: time))
                number += 1
            }
            _ = try await log.appendBulk(records)
        }
    }

    private func report(_ what: String, since start: ContinuousClock.Instant, _ cpu: Double) {
        let elapsed = Self.seconds(since: start)
        let used = 1e6 * (Self.processorSeconds() - cpu) / Double(events)
        print(
            "\(what): \(elapsed) s, \(Int(Double(events) / elapsed)) events/s, \((used * 100).rounded() / 100) µs of CPU an event"
        )
    }

    private static func seconds(since start: ContinuousClock.Instant) -> Double {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Double(seconds) + (Double(attoseconds) / 1e15).rounded() / 1000
    }

    /// CPU time of this process, the Kafka client's threads included.
    private static func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}
