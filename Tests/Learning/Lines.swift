import CommandLine
import Synchronization

/// Progress lines for a test to read.
final class Lines: TextOutput {
    private let lines = Mutex<String>("")
    let isTerminal = false

    func write(_ text: String) { lines.withLock { $0 += text } }

    var text: String { lines.withLock { $0 } }

    var progress: ProgressOutput { ProgressOutput(style: .lines, output: self) }
}
