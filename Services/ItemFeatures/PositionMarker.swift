/// A record of item-features under the key `\u{1}position`: all that lies before these places is in the rows that were
/// published before it. Where one who has nothing but the topic goes on.
struct PositionMarker: Sendable, Equatable {
    /// Numbers below it are taken, whether or not their rows are there.
    var nextNumber: UInt32
    var places: Places

    init(nextNumber: UInt32, places: Places) {
        self.nextNumber = nextNumber
        self.places = places
    }

    /// The marker in a record's value; nil when it is none, or one of a newer format.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        guard let places = Places(from: &rest),
            let number = VariableLengthInteger.take(from: &rest).flatMap(UInt32.init(exactly:)), rest.isEmpty
        else { return nil }
        self.init(nextNumber: number, places: places)
    }

    /// The places, then the number as a variable-length integer.
    var encoded: [UInt8] {
        var bytes = places.encoded
        VariableLengthInteger.append(UInt64(nextNumber), to: &bytes)
        return bytes
    }
}
