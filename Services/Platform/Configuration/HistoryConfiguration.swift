/// What is remembered of each user (section `history`).
package struct HistoryConfiguration: Sendable, Equatable, Codable {
    /// Recent events that the user tower pools; where they have no order, it pools seen items that left them as well.
    package var length = 64

    /// Items remembered as seen, the oldest are forgotten first.
    package var seen = 4_096

    package init() {}

    package init(from decoder: any Decoder) throws {
        var section = try SectionDecoder(decoder)
        length = try section.value("length", default: length)
        seen = try section.value("seen", default: seen)
        try section.refuseUnknownKeys()
    }

    func check(_ check: inout ConfigurationCheck) {
        check.require("history.length", length, in: 1...1_024)
        check.require("history.seen", seen, in: 0...1_000_000)
    }
}
