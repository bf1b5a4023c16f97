import Testing

/// Waits for a condition that another thread brings about: five minutes at most, as machines that run all tests at once
/// are slow; a condition that does not come about fails the test.
package func eventually(_ condition: () async throws -> Bool) async rethrows {
    let deadline = ContinuousClock.now + .seconds(300)
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("the condition did not come about")
            return
        }
        await Task.yield()
    }
}
