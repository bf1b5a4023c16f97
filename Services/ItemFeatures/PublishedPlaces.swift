package import EventLog

/// What the owner of the catalogue says of how far it has come, for those who follow it.
package enum PublishedPlaces {
    /// The changes of the catalogue whose rows were published before a marker; nil when the bytes are no marker.
    package static func updates(inMarker bytes: [UInt8]) -> LogPositions? {
        PositionMarker(bytes).map { Places.positions($0.places.updates) }
    }
}
