import Synchronization

/// Where workers leave what they counted when they end.
final class MergedMeasurements: Sendable {
    private let total = Mutex(Measurements())

    var value: Measurements { total.withLock { $0 } }

    func merge(_ part: Measurements) {
        total.withLock { $0.merge(part) }
    }
}
