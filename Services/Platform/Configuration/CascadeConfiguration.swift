/// Everything that can be set, with the values that count when nothing is.
///
/// Flags count over the environment (`CASCADE_DATA`, `CASCADE_KAFKA`, …, see ``apply(_:)``) over one JSON5 file (`--config`
/// or `CASCADE_CONFIG`) over these defaults. Secrets that are not the Kafka client's are never part of it: they come from
/// the environment alone (`CASCADE_API_KEYS`, `CASCADE_RPC_KEY`).
///
///     {
///       data: "/var/lib/cascade",               // else $XDG_DATA_HOME/cascade, else ~/.local/share/cascade
///       http: { host: "127.0.0.1", port: 8080, shards: 0 },
///       events: { weights: { wishlist: 1.5 } }, // the types not named keep their weights
///       kafka: { brokers: "kafka:9092" },       // else the embedded log
///       redis: { address: "redis:6379" },       // else a cache in the process
///     }
package struct CascadeConfiguration: Sendable, Equatable, Codable {
    /// The data directory; nil is the default of ``dataDirectory(environment:)``.
    package var data: String?

    /// The folder of the model bundles; nil is `models` in the data directory.
    package var models: String?

    package var http = HTTPConfiguration()
    package var events = EventsConfiguration()
    package var recall = RecallConfiguration()
    package var rerank = RerankConfiguration()
    package var history = HistoryConfiguration()
    package var training = TrainingConfiguration()
    package var modelLimits = ModelLimitsConfiguration()
    package var gateway = GatewaySettings()
    package var kafka = KafkaSettings()
    package var redis = RedisSettings()
    package var roles = RoleAddresses()

    /// Which replica of its role a process is, `i/N`; nil is the only one. See ``Replica``.
    package var replica: String?

    package init() {}

    package init(from decoder: any Decoder) throws {
        var section = try SectionDecoder(decoder)
        data = try section.value("data", default: data)
        models = try section.value("models", default: models)
        http = try section.value("http", default: http)
        events = try section.value("events", default: events)
        recall = try section.value("recall", default: recall)
        rerank = try section.value("rerank", default: rerank)
        history = try section.value("history", default: history)
        training = try section.value("training", default: training)
        modelLimits = try section.value("modelLimits", default: modelLimits)
        gateway = try section.value("gateway", default: gateway)
        kafka = try section.value("kafka", default: kafka)
        redis = try section.value("redis", default: redis)
        roles = try section.value("roles", default: roles)
        replica = try section.value("replica", default: replica)
        try section.refuseUnknownKeys()
    }

    /// What is wrong with the values, a sentence each: the key, the value, what is allowed. Empty when all is well.
    package func problems() -> [String] {
        var check = ConfigurationCheck()
        check.require(data != "", "data is empty; the path of a directory is expected.")
        check.require(models != "", "models is empty; the path of a directory is expected.")
        http.check(&check)
        events.check(&check)
        recall.check(&check)
        rerank.check(&check)
        history.check(&check)
        training.check(&check)
        modelLimits.check(&check)
        gateway.check(&check)
        kafka.check(&check)
        redis.check(&check)
        roles.check(&check)
        if let replica {
            check.require(
                Replica(replica) != nil,
                "replica (CASCADE_REPLICA) is '\(replica)'; i/N is expected, with i from 0 to N - 1 and N up to 1024.")
        }
        return check.problems
    }
}
