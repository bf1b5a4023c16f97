import Synchronization

/// Where a probe's worker leaves what it counted when it ends.
final class ProbeTotal: Sendable {
    private let total = Mutex(ProbeMeasurements())

    var value: ProbeMeasurements { total.withLock { $0 } }

    func set(_ measurements: ProbeMeasurements) {
        total.withLock { $0 = measurements }
    }
}
