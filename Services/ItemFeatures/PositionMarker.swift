/// A record of item-features under the key `\u{1}position`: all that lies before these places is in the rows that were
/// published before it. Where one who has nothing but the topic goes on.
struct PositionMarker: Sendable, Equatable {
    /// Numbers below it are taken, whether or not their rows are there.
    var nextNumber: UInt32
    var places: Places
    /// The stream's time, milliseconds since the epoch.
    var now: Int64

    init(nextNumber: UInt32, places: Places, now: Int64) {
        self.nextNumber = nextNumber
        self.places = places
        self.now = now
    }

    /// The marker in a record's value; nil when it is none, or one of a newer format.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        guard let places = Places(from: &rest),
            let number = VariableLengthInteger.take(from: &rest).flatMap(UInt32.init(exactly:)),
            let now = VariableLengthInteger.take(from: &rest).flatMap(Int64.init(exactly:)), rest.isEmpty
        else { return nil }
        self.init(nextNumber: number, places: places, now: now)
    }

    /// The places, then the number and the time as variable-length integers.
    var encoded: [UInt8] {
        var bytes = places.encoded
        VariableLengthInteger.append(UInt64(nextNumber), to: &bytes)
        VariableLengthInteger.append(UInt64(max(now, 0)), to: &bytes)
        return bytes
    }
}
