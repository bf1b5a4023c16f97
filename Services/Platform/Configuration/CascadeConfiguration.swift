/// Everything that can be set, with the values that count when nothing is.
///
/// Flags count over the environment (`CASCADE_DATA`, `CASCADE_HOST`, `CASCADE_PORT`) over one JSON5 file (`--config` or
/// `CASCADE_CONFIG`) over these defaults:
///
///     {
///       data: "/var/lib/cascade",               // else $XDG_DATA_HOME/cascade, else ~/.local/share/cascade
///       http: { host: "127.0.0.1", port: 8080, shards: 0 },
///       events: { weights: { wishlist: 1.5 } }, // the types not named keep their weights
///     }
package struct CascadeConfiguration: Sendable, Equatable, Codable {
    /// The data directory; nil is the default of ``dataDirectory(environment:)``.
    package var data: String?

    package var http = HTTPConfiguration()
    package var events = EventsConfiguration()
    package var recall = RecallConfiguration()
    package var rerank = RerankConfiguration()
    package var history = HistoryConfiguration()
    package var training = TrainingConfiguration()

    package init() {}

    package init(from decoder: any Decoder) throws {
        var section = try SectionDecoder(decoder)
        data = try section.value("data", default: data)
        http = try section.value("http", default: http)
        events = try section.value("events", default: events)
        recall = try section.value("recall", default: recall)
        rerank = try section.value("rerank", default: rerank)
        history = try section.value("history", default: history)
        training = try section.value("training", default: training)
        try section.refuseUnknownKeys()
    }

    /// What is wrong with the values, a sentence each: the key, the value, what is allowed. Empty when all is well.
    package func problems() -> [String] {
        var check = ConfigurationCheck()
        check.require(data != "", "data is empty; the path of a directory is expected.")
        http.check(&check)
        events.check(&check)
        recall.check(&check)
        rerank.check(&check)
        history.check(&check)
        training.check(&check)
        return check.problems
    }
}
