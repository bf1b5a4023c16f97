/// What kind of value it is.
package enum JSONType: Sendable, Equatable {
    case object
    case array
    case string
    /// A number without fraction and exponent that fits `Int64`.
    case integer
    /// One above `Int64.max` that fits `UInt64`.
    case unsigned
    /// Any other number.
    case double
    case bool
    case null
}
