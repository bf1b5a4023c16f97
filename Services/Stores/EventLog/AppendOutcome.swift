/// What became of one record of an append.
package enum AppendOutcome: Sendable, Equatable {
    /// It is stored durably, at this offset of this partition.
    case appended(partition: Int, offset: Int64)
    /// A record with the same topic and id was there already (or came earlier in the same append): no effect.
    case duplicate
}
