/// What a model's report card may say at most for the model to become live (section `modelLimits`).
package struct ModelLimitsConfiguration: Sendable, Equatable, Codable {
    /// AUC that the served ranker loses against the teacher.
    package var aucLoss = 0.01

    /// Bytes of the served ranker, what it keeps of each item included.
    package var bytes = 1 << 28

    /// Microseconds for 200 candidates of a user, on one thread.
    package var us200 = 1_000.0

    package init() {}

    package init(from decoder: any Decoder) throws {
        var section = try SectionDecoder(decoder)
        aucLoss = try section.value("aucLoss", default: aucLoss)
        bytes = try section.value("bytes", default: bytes)
        us200 = try section.value("us200", default: us200)
        try section.refuseUnknownKeys()
    }

    func check(_ check: inout ConfigurationCheck) {
        check.require("modelLimits.aucLoss", aucLoss, in: -1...1)
        check.require("modelLimits.bytes", bytes, in: 1...Int.max)
        check.require("modelLimits.us200", us200, in: 0...1_000_000)
    }
}
