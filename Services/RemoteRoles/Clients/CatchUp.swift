import Contracts
import Synchronization

/// Waits for a catalogue to catch up without blocking the caller's thread: one wait at a time, on a thread that may block,
/// for all that asked before it began.
final class CatchUp: Sendable {
    private struct State {
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isRunning = false
    }

    private let catalogue: any ItemCatalogue
    private let state = Mutex(State())

    init(_ catalogue: any ItemCatalogue) {
        self.catalogue = catalogue
    }

    /// Returns when the catalogue shows what was published before the call, or after a second or two.
    func now() async {
        await withCheckedContinuation { continuation in
            let isFirst = state.withLock { state in
                state.waiting.append(continuation)
                defer { state.isRunning = true }
                return !state.isRunning
            }
            if isFirst { Task.detached(executorPreference: globalConcurrentExecutor) { self.run() } }
        }
    }

    private func run() {
        while true {
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                if state.waiting.isEmpty { state.isRunning = false }
                return state.waiting
            }
            if waiting.isEmpty { return }
            catalogue.catchUp()
            for continuation in waiting { continuation.resume() }
        }
    }
}
