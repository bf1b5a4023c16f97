/// One thing that a user did with one item.
public struct HistoryEntry: Sendable, Equatable {
    /// The item.
    public var item: ItemNumber
    /// What was done.
    public var kind: EventKind
    /// How strongly it speaks for the item, see ``EventWeights``.
    public var weight: Float
    /// The event's value (a rating), not a number when it had none.
    public var value: Float
    /// Milliseconds since the epoch.
    public var timestamp: Int64

    /// An entry.
    public init(item: ItemNumber, kind: EventKind, weight: Float, value: Float = .nan, timestamp: Int64) {
        self.item = item
        self.kind = kind
        self.weight = weight
        self.value = value
        self.timestamp = timestamp
    }

    /// Equal when all fields are, two missing values included.
    public static func == (a: HistoryEntry, b: HistoryEntry) -> Bool {
        a.item == b.item && a.kind == b.kind && a.weight == b.weight && a.timestamp == b.timestamp
            && a.value.bitPattern == b.value.bitPattern
    }
}
