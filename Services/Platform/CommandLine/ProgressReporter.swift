import Synchronization

/// Shows how far a piece of work is: a bar, counts, the rate and the time left. Any thread may report.
///
///     let progress = output.begin("reading ratings.csv", total: bytes, unit: "B")
///     progress.update(done)
///     progress.finish("100,836 events")
package final class ProgressReporter: Sendable {
    struct State {
        var label: String
        var total: Int?
        var completed = 0
        var note = ""
        var nextDraw: UInt64 = 0
        var drawnWidth = 0
        var isFinished = false
    }

    private let unit: String
    private let output: ProgressOutput
    private let start: UInt64
    private let state: Mutex<State>

    init(_ label: String, total: Int?, unit: String, output: ProgressOutput) {
        self.unit = unit
        self.output = output
        start = output.now()
        var first = State(label: label, total: total)
        // A pipe gets its first line after two seconds: what is quicker needs none.
        first.nextDraw = output.style == .lines ? start + Self.interval(.lines) : start
        state = Mutex(first)
    }

    private static func interval(_ style: ProgressStyle) -> UInt64 {
        style == .bar ? 100_000_000 : 2_000_000_000
    }

    /// `completed` of the total are done; `note` is shown behind the counts (a loss, a file).
    package func update(_ completed: Int, note: String? = nil) {
        change { state in
            state.completed = completed
            if let note { state.note = note }
        }
    }

    /// `count` more are done.
    package func advance(by count: Int = 1) {
        change { $0.completed += count }
    }

    /// The total, once it is known.
    package func setTotal(_ total: Int) {
        change { $0.total = total }
    }

    /// Ends with a line that stays: the label, what was done, `message`, and the time it took. Later reports are dropped.
    package func finish(_ message: String? = nil) {
        guard output.style != .silent else { return }
        state.withLock { state in
            guard !state.isFinished else { return }
            state.isFinished = true
            let seconds = Double(output.now() - start) / 1e9
            let what = message ?? ProgressText.count(state.completed, unit: unit)
            let line = "\(state.label): \(what) in \(ProgressText.duration(seconds))"
            draw(line, &state)
            output.output.write("\n")
        }
    }

    private func change(_ body: (inout State) -> Void) {
        guard output.style != .silent else { return }
        state.withLock { state in
            guard !state.isFinished else { return }
            body(&state)
            let now = output.now()
            guard now >= state.nextDraw else { return }
            state.nextDraw = now + Self.interval(output.style)
            var line = ProgressText.line(state, unit: unit, seconds: Double(now - start) / 1e9)
            // A line that wraps cannot be drawn over.
            if output.style == .bar, let columns = output.output.columns { line = String(line.prefix(columns - 1)) }
            draw(line, &state)
            if output.style == .lines { output.output.write("\n") }
        }
    }

    private func draw(_ line: String, _ state: inout State) {
        guard output.style == .bar else {
            output.output.write(line)
            return
        }
        let padding = String(repeating: " ", count: max(state.drawnWidth - line.count, 0))
        state.drawnWidth = line.count
        output.output.write("\r\(line)\(padding)")
    }
}
