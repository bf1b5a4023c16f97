import Synchronization

/// Scratch memory that threads take in turns: as many pieces as there were threads at once, each kept warm.
package final class ScratchPool<Scratch>: Sendable {
    // A piece of scratch memory is in the hands of one thread at a time: it leaves the pool while it is used.
    private struct Free: @unchecked Sendable {
        var pieces: [Scratch] = []
    }

    private let free = Mutex(Free())
    private let make: @Sendable () -> Scratch

    package init(_ make: @escaping @Sendable () -> Scratch) {
        self.make = make
    }

    /// Lends a piece for the length of a call.
    package func withScratch<Result, Failure>(
        _ body: (inout Scratch) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var piece = free.withLock { $0.pieces.popLast() } ?? make()
        defer {
            let used = Free(pieces: [piece])
            free.withLock { $0.pieces += used.pieces }
        }
        return try body(&piece)
    }
}
