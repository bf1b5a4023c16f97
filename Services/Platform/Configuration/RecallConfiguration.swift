/// The first stage (section `recall`).
package struct RecallConfiguration: Sendable, Equatable, Codable {
    /// Items handed to ranking for each request.
    package var candidates = 200

    package init() {}

    package init(from decoder: any Decoder) throws {
        var section = try SectionDecoder(decoder)
        candidates = try section.value("candidates", default: candidates)
        try section.refuseUnknownKeys()
    }

    func check(_ check: inout ConfigurationCheck) {
        check.require("recall.candidates", candidates, in: 10...2_000)
    }
}
