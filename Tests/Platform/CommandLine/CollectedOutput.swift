import CommandLine
import Synchronization

/// Keeps what is written for a test.
final class CollectedOutput: TextOutput {
    private let collected = Mutex<[String]>([])
    let isTerminal: Bool
    let columns: Int?

    init(isTerminal: Bool = false, columns: Int? = nil) {
        self.isTerminal = isTerminal
        self.columns = columns
    }

    var writes: [String] { collected.withLock { $0 } }
    var text: String { writes.joined() }

    func write(_ text: String) {
        collected.withLock { $0.append(text) }
    }
}
