/// Where a part of the process says that the process cannot go on.
final class ProcessFailure: Sendable {
    private let errors: AsyncStream<any Error>
    private let continuation: AsyncStream<any Error>.Continuation

    init() {
        (errors, continuation) = AsyncStream.makeStream(of: (any Error).self, bufferingPolicy: .bufferingOldest(1))
    }

    /// From any thread; the first one counts.
    func report(_ error: any Error) { continuation.yield(error) }

    /// Throws the first error that is reported; returns when the task is cancelled.
    func wait() async throws {
        for await error in errors { throw error }
    }
}
