/// Limits of what one event or item may hold; beyond them is an error, nothing is cut off.
package enum RecordLimits {
    /// UTF-8 bytes of an id or a name: user, item, event, session, request, scenario, type, category, field.
    package static let idBytes = 512
    /// UTF-8 bytes of free text: a title, the value of a field or attribute.
    package static let textBytes = 4096
    /// Items of an event.
    package static let items = 200
    /// Fields of an event, attributes of an item.
    package static let fields = 128
    /// Texts of a list.
    package static let texts = 256
    /// How far ahead of the clock a time may be unless configured, in milliseconds: a day, for clocks and time zones that are off.
    package static let aheadMilliseconds: Int64 = 86_400_000
    /// Times given as numbers below this, in March 1973, are taken for seconds.
    package static let leastMilliseconds: Int64 = 100_000_000_000
}
