import Glibc

/// Where progress goes and how: made once by a command and handed to whatever takes long.
package struct ProgressOutput: Sendable {
    package let style: ProgressStyle
    let output: any TextOutput
    let now: @Sendable () -> UInt64

    /// `now` tells nanoseconds of a clock that never goes back.
    package init(
        style: ProgressStyle, output: any TextOutput, now: @escaping @Sendable () -> UInt64 = ProgressOutput.monotonic
    ) {
        self.style = style
        self.output = output
        self.now = now
    }

    /// Standard error: a bar on a terminal, else plain lines; nothing when `quiet`.
    package static func standardError(quiet: Bool = false) -> ProgressOutput {
        let output = StandardError()
        return ProgressOutput(style: quiet ? .silent : output.isTerminal ? .bar : .lines, output: output)
    }

    /// No progress at all.
    package static let none = ProgressOutput(style: .silent, output: StandardError())

    /// Starts showing a piece of work; `total` is nil while its size is not known, `unit` names what is counted;
    /// with "%" only the share is shown.
    package func begin(_ label: String, total: Int? = nil, unit: String = "") -> ProgressReporter {
        ProgressReporter(label, total: total, unit: unit, output: self)
    }

    /// A line of its own, above the bar that comes next. Silent when progress is.
    package func line(_ text: String) {
        guard style != .silent else { return }
        output.write(text + "\n")
    }

    /// Nanoseconds of the monotonic clock.
    package static func monotonic() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
