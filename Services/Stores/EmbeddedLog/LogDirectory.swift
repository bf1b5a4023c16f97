internal import EventLog
internal import Synchronization

/// Which topics there are and where they end, as far as committed: what readers see.
final class LogDirectory: Sendable {
    struct Topic {
        /// The number in its table's name.
        let number: Int64
        var end: LogPosition
    }

    private let topics = Mutex<[String: Topic]>([:])

    subscript(name: String) -> Topic? {
        topics.withLock { $0[name] }
    }

    func publish(_ name: String, number: Int64, end: LogPosition) {
        topics.withLock { $0[name] = Topic(number: number, end: end) }
    }
}
