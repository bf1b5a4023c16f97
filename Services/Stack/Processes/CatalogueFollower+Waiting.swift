import CatalogueFollower

extension CatalogueFollower {
    /// Returns once the copy is complete.
    /// - Throws: `CancellationError`.
    func waitUntilCaughtUp() async throws {
        while !isCaughtUp { try await Task.sleep(for: .milliseconds(5)) }
    }
}
