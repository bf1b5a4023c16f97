import CommandLine
import Synchronization

/// Progress that cancels the task that reports it when a text is shown. Every report is shown: its clock runs fast.
final class CancellingLines: TextOutput {
    private let text: String
    private let clock = Atomic<UInt64>(0)
    let isTerminal = false

    init(at text: String) { self.text = text }

    func write(_ line: String) {
        if line.contains(text) { withUnsafeCurrentTask { task in unsafe task?.cancel() } }
    }

    var progress: ProgressOutput {
        ProgressOutput(style: .lines, output: self) { [self] in
            clock.add(10_000_000_000, ordering: .relaxed).newValue
        }
    }
}
