extension CascadeConfiguration {
    /// Takes over what the environment says; a variable that is empty does not count.
    mutating func apply(_ environment: [String: String]) throws(ConfigurationError) {
        var problems: [String] = []
        func text(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        func number(_ name: String, _ range: ClosedRange<Int>, _ take: (Int) -> Void) {
            guard let value = text(name) else { return }
            guard let number = Int(value) else {
                problems.append(
                    "\(name) is \(value); a whole number between \(range.lowerBound) and \(range.upperBound) is expected."
                )
                return
            }
            take(number)
        }
        data = text("CASCADE_DATA") ?? data
        models = text("CASCADE_MODELS") ?? models
        http.host = text("CASCADE_HOST") ?? http.host
        number("CASCADE_PORT", 0...65_535) { http.port = $0 }
        number("CASCADE_SHARDS", 0...256) { http.shards = $0 }
        number("CASCADE_DEADLINE_MS", 1...60_000) { gateway.deadlineMs = $0 }
        if let value = text("CASCADE_RECALL_TARGET") {
            if let target = Double(value) {
                recall.target = target
            } else {
                problems.append("CASCADE_RECALL_TARGET is \(value); a number between 0.5 and 1 is expected.")
            }
        }
        kafka.brokers = text("CASCADE_KAFKA") ?? kafka.brokers
        kafka.prefix = text("CASCADE_KAFKA_PREFIX") ?? kafka.prefix
        number("CASCADE_PARTITIONS", 1...1_024) { kafka.partitions = $0 }
        if let options = text("CASCADE_KAFKA_OPTIONS") {
            if let options = KafkaSettings.options(from: options) {
                kafka.options.merge(options) { _, given in given }
            } else {
                problems.append("CASCADE_KAFKA_OPTIONS cannot be read: name=value is expected, with commas in between.")
            }
        }
        redis.address = text("CASCADE_REDIS") ?? redis.address
        replica = text("CASCADE_REPLICA") ?? replica
        roles.apply(environment)
        guard problems.isEmpty else { throw ConfigurationError(source: "The environment", problems: problems) }
    }
}
