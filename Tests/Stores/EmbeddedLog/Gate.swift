import Foundation
import Synchronization

/// Holds a thread until it is opened.
final class Gate: Sendable {
    private enum State {
        case fresh
        case awaited(CheckedContinuation<Void, Never>)
        case reached
    }

    private let state = Mutex(State.fresh)
    private let opened = DispatchSemaphore(value: 0)

    /// Where the thread is held.
    func pass() {
        state.withLock { state in
            if case .awaited(let continuation) = state { continuation.resume() }
            state = .reached
        }
        opened.wait()
    }

    /// Returns when a thread is held.
    func reached() async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if case .reached = state { return continuation.resume() }
                state = .awaited(continuation)
            }
        }
    }

    func open() { opened.signal() }
}
