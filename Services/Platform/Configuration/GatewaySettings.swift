/// How the gateway answers (section `gateway`).
package struct GatewaySettings: Sendable, Equatable, Codable {
    /// Time for a recommendation, all stages together, in milliseconds; what is not there by then is left out.
    package var deadlineMs = 80

    /// Whether answers that were made before are given again, as long as nothing that they depend on has changed.
    package var cache = true

    /// Events of `POST /events` that wait in this process for a log that cannot be reached; more get 503.
    package var outboxEvents = 100_000

    package init() {}

    package init(from decoder: any Decoder) throws {
        var section = try SectionDecoder(decoder)
        deadlineMs = try section.value("deadlineMs", default: deadlineMs)
        cache = try section.value("cache", default: cache)
        outboxEvents = try section.value("outboxEvents", default: outboxEvents)
        try section.refuseUnknownKeys()
    }

    func check(_ check: inout ConfigurationCheck) {
        check.require("gateway.deadlineMs (CASCADE_DEADLINE_MS)", deadlineMs, in: 1...60_000)
        check.require("gateway.outboxEvents", outboxEvents, in: 0...10_000_000)
    }
}
