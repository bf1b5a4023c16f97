/// The last stage (section `rerank`).
package struct RerankConfiguration: Sendable, Equatable, Codable {
    /// How much variety counts against score: 0 leaves the ranker's order, 1 looks at variety alone; nil is what the live model's
    /// training found best, 0.1 at least. A request may ask for another value. On held-out validation cases of LastFM and
    /// MovieLens, 0.1 cost at most a fiftieth of the cascade's NDCG@20, 0.3 up to a seventeenth.
    package var diversity: Double?

    package init() {}

    package init(from decoder: any Decoder) throws {
        var section = try SectionDecoder(decoder)
        diversity = try section.value("diversity", default: diversity)
        try section.refuseUnknownKeys()
    }

    func check(_ check: inout ConfigurationCheck) {
        if let diversity { check.require("rerank.diversity", diversity, in: 0...1) }
    }
}
