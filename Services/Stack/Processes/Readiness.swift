import Synchronization

/// Whether a process can do its work, and if not, what it is waiting for.
package enum Readiness: Sendable, Equatable {
    case ready
    /// A sentence that says what is missing.
    case waiting(String)
}

/// Where a process says how far it is while it starts, and whom to ask once it runs.
package final class ReadinessBoard: Sendable {
    private enum State {
        case fixed(Readiness)
        case asked(@Sendable () -> Readiness)
    }

    private let state: Mutex<State>
    private let started = Atomic(false)

    /// Whether the start was ever over.
    var hasStarted: Bool { started.load(ordering: .acquiring) }

    package init(_ reason: String) {
        state = Mutex(.fixed(.waiting(reason)))
    }

    /// It waits for something.
    package func wait(_ reason: String) {
        state.withLock { $0 = .fixed(.waiting(reason)) }
    }

    /// From now on `readiness` is asked, from any thread.
    package func ask(_ readiness: @escaping @Sendable () -> Readiness) {
        state.withLock { $0 = .asked(readiness) }
        started.store(true, ordering: .releasing)
    }

    var current: Readiness {
        switch state.withLock({ $0 }) {
        case .fixed(let readiness): readiness
        case .asked(let readiness): readiness()
        }
    }
}
