internal import EventLog
internal import Logging
internal import Metrics
internal import Synchronization
internal import Threads

/// What the log is made of.
final class KafkaCore: Sendable {
    let configuration: KafkaLogConfiguration
    let watch: KafkaWatch
    let queue: AppendQueue
    let producers: ProducerSlot
    let limits: LogLimits
    let topics: Set<String>
    private let questions: KafkaQuestions
    private let scanners: ScannerPool
    private let checks: WorkThread
    /// Nil when closed.
    private let followers = Mutex<[LaneFollower]?>([])

    init(_ configuration: KafkaLogConfiguration, _ logger: Logger, _ registry: MetricRegistry) throws(LogError) {
        precondition(configuration.partitions > 0, "A topic has at least one partition.")
        self.configuration = configuration
        let watch = KafkaWatch(configuration, logger, KafkaMetrics(registry))
        let asking = try KafkaClient(.asking, configuration, watch)
        try TopicSetup(asking, configuration, watch).run()
        let producers = try ProducerSlot(configuration, watch)
        do {
            checks = try WorkThread { HealthCheck(watch: watch, asking: asking, producers: producers).run() }
        } catch {
            producers.take()?.close(within: .zero)
            throw LogError(.inputOutput, error.description)
        }
        self.watch = watch
        self.producers = producers
        queue = AppendQueue(configuration)
        topics = Set(configuration.topics.map(\.name))
        limits = LogLimits(partitions: configuration.partitions, valueBytes: configuration.maximumRecordBytes)
        questions = KafkaQuestions(client: asking, timeout: configuration.queryTimeout, health: watch.health)
        scanners = ScannerPool(configuration, watch)
        watch.metrics.watch(queue, watch.health)
    }

    /// Whether a topic is one of the log's. - Throws: `closed`.
    func isKnown(_ topic: String) throws(LogError) -> Bool {
        guard followers.withLock({ $0 != nil }) else { throw .kafkaIsClosed }
        return topics.contains(topic)
    }

    func bounds(_ topic: String, _ lane: Int) throws(LogError) -> Range<Int64> {
        try questions.bounds(topic: topic, lane: lane)
    }

    /// Visits the messages of a lane after a position, up to the end that it has now.
    func scan(
        _ topic: String, _ lane: Int, after position: LogPosition, _ visit: (LaneConsumer.Message) throws -> Bool
    ) throws -> LogPosition {
        guard try isKnown(topic) else { return position }
        let bounds = try bounds(topic, lane)
        guard position.rawValue < UInt64(bounds.upperBound), !bounds.isEmpty else { return position }
        let scan = LaneScan(topic: topic, lane: lane, watch: watch, patience: configuration.queryTimeout)
        return try scanners.withClient { try scan.run($0, after: position, within: bounds, visit) }
    }

    func subscribe(
        _ topic: String, after positions: LogPositions, _ deliver: @escaping @Sendable ([LogRecord]) -> Void
    ) throws(LogError) -> LogSubscription {
        guard try isKnown(topic) else {
            throw LogError(.misconfigured, "\(topic) is not one of the topics that this process uses.")
        }
        var starts: [Int: Int64] = [:]
        var ends: [Int: Int64] = [:]
        for lane in positions.lanes {
            let bounds = try bounds(topic, lane)
            starts[lane] = try start(topic, lane, after: positions[lane], within: bounds)
            ends[lane] = bounds.upperBound
        }
        let follower = LaneFollower(topic: topic, watch: watch, patience: configuration.queryTimeout, deliver: deliver)
        try followers.withLock { (followers) throws(LogError) in
            guard followers != nil else { throw .kafkaIsClosed }
            followers?.removeAll { $0.isEnded }
            followers?.append(follower)
        }
        try follower.start(configuration, from: starts, to: ends)
        do {
            try follower.waitUntilCaughtUp()
        } catch {
            follower.cancel()
            throw error
        }
        return LogSubscription { follower.cancel() }
    }

    func close() {
        guard let producer = producers.take() else { return }
        let followers = followers.withLock { followers in
            defer { followers = nil }
            return followers ?? []
        }
        for follower in followers { follower.cancel() }
        producer.close(within: watch.health.isDown ? .zero : configuration.deliveryTimeout)
        for follower in followers { follower.waitUntilEnded() }
        watch.health.end()
        checks.join()
        scanners.close()
    }

    private func start(
        _ topic: String, _ lane: Int, after position: LogPosition, within bounds: Range<Int64>
    ) throws(LogError) -> Int64 {
        let next = Int64(clamping: position.rawValue)
        guard next <= bounds.upperBound else {
            throw LogError(
                .unknownPosition,
                "Lane \(lane) of \(topic) ends at \(bounds.upperBound), but its consumer has been at \(next): the topic was "
                    + "made anew or lost records. Remove the consumer's files, so that it begins again.")
        }
        if next > 0, next < bounds.lowerBound {
            watch.gap(topic: topic, lane: lane, records: bounds.lowerBound - next)
        }
        return max(next, bounds.lowerBound)
    }
}
