package import Domain

/// What events count and which are accepted (section `events`).
package struct EventsConfiguration: Sendable, Equatable, Codable {
    /// Weight by event type, laid over the standard ones: naming one type leaves the others as they are.
    package var weights = EventWeights.standard.byName

    /// The highest value of a rating.
    package var ratingScale = EventWeights.standard.ratingScale

    /// How far ahead of the server's clock an event's time may lie, in seconds.
    package var maxFutureSkewSeconds = 86_400

    /// Events of one request.
    package var maxBatch = 10_000

    package init() {}

    /// What the domain computes with.
    package var eventWeights: EventWeights { EventWeights(byName: weights, ratingScale: ratingScale) }

    package init(from decoder: any Decoder) throws {
        var section = try SectionDecoder(decoder)
        let named = try section.value("weights", default: NamedNumbers(byName: [:]))
        weights.merge(named.byName) { _, given in given }
        ratingScale = try section.value("ratingScale", default: ratingScale)
        maxFutureSkewSeconds = try section.value("maxFutureSkewSeconds", default: maxFutureSkewSeconds)
        maxBatch = try section.value("maxBatch", default: maxBatch)
        try section.refuseUnknownKeys()
    }

    func check(_ check: inout ConfigurationCheck) {
        for (name, weight) in weights.sorted(by: { $0.key < $1.key }) {
            check.require("events.weights.\(name)", weight, in: -100...100)
            check.require(
                !name.isEmpty && name.utf8.count <= 64,
                "events.weights has a type of \(name.utf8.count) bytes; a name has 1 to 64.")
        }
        check.require("events.ratingScale", ratingScale, in: 0.01...1_000_000)
        check.require("events.maxFutureSkewSeconds", maxFutureSkewSeconds, in: 0...315_360_000)
        check.require("events.maxBatch", maxBatch, in: 1...100_000)
    }
}
