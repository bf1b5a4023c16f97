import CommandLine
import Synchronization

/// Keeps what is written for a test.
final class CollectedOutput: TextOutput {
    private let collected = Mutex<[String]>([])
    let isTerminal: Bool

    init(isTerminal: Bool = false) { self.isTerminal = isTerminal }

    var writes: [String] { collected.withLock { $0 } }
    var text: String { writes.joined() }

    func write(_ text: String) {
        collected.withLock { $0.append(text) }
    }
}
