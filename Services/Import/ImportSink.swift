package import Domain

/// Where an import writes to, and what it needs to know of what is already there.
package protocol ImportSink: Sendable {
    /// What the catalogue says of an item now.
    func standing(of id: String) -> ItemStanding
    /// Writes items; durable when it returns.
    func append(items: [Item]) async throws
    /// Writes events in the order given, but none whose id is there already; durable when it returns.
    /// - Returns: how many were written.
    func append(events: [Event]) async throws -> Int
}
