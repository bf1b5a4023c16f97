/// The first stage (section `recall`).
package struct RecallConfiguration: Sendable, Equatable, Codable {
    /// Items handed to ranking for each request.
    package var candidates = 200

    /// The part of the exact result that candidates contain at least, on average. Small catalogues are scanned whole, large
    /// ones only as far as this takes; 1 scans whatever there is.
    package var target = 0.97

    package init() {}

    package init(from decoder: any Decoder) throws {
        var section = try SectionDecoder(decoder)
        candidates = try section.value("candidates", default: candidates)
        target = try section.value("target", default: target)
        try section.refuseUnknownKeys()
    }

    func check(_ check: inout ConfigurationCheck) {
        check.require("recall.candidates", candidates, in: 10...2_000)
        check.require("recall.target (CASCADE_RECALL_TARGET)", target, in: 0.5...1)
    }
}
