import CommandLine
import Synchronization
import Testing

@Suite struct ProgressTests {
    private final class FakeClock: Sendable {
        private let nanoseconds = Atomic<UInt64>(1_000)

        func advance(milliseconds: UInt64) {
            nanoseconds.wrappingAdd(milliseconds * 1_000_000, ordering: .relaxed)
        }

        func now() -> UInt64 { nanoseconds.load(ordering: .relaxed) }
    }

    private let clock = FakeClock()

    private func progress(_ style: ProgressStyle, _ output: CollectedOutput) -> ProgressReporter {
        let clock = clock
        return ProgressOutput(style: style, output: output) { clock.now() }.begin("reading", total: 1_000, unit: "rows")
    }

    @Test func aBarIsRedrawnAtMostTenTimesASecond() {
        let output = CollectedOutput(isTerminal: true)
        let progress = progress(.bar, output)
        for step in 1...500 {
            clock.advance(milliseconds: 2)
            progress.update(step)
        }
        #expect(output.writes.count == 10)
        #expect(output.writes.allSatisfy { $0.hasPrefix("\rreading [") && !$0.contains("\n") })
        #expect(output.writes.last == "\rreading [#########-----------] 45% 451/1,000 rows  500/s  0:01 left")
        progress.finish()
        #expect(output.writes.last == "\n")
        #expect(output.text.hasSuffix("\n"))
        #expect(output.writes[output.writes.count - 2].hasPrefix("\rreading: 500 rows in 1.0 s   "))
    }

    @Test func aBarFitsTheTerminal() {
        let output = CollectedOutput(isTerminal: true, columns: 40)
        let progress = progress(.bar, output)
        progress.update(500, note: "a note that would make the terminal wrap the line")
        #expect(output.writes == ["\rreading [##########----------] 50% 500/"])
    }

    @Test func aShareHasNoCounts() {
        let output = CollectedOutput(isTerminal: true)
        let progress = ProgressOutput(style: .bar, output: output) { 0 }.begin("training", total: 1_000, unit: "%")
        progress.update(480, note: "loss 0.3")
        #expect(output.writes == ["\rtraining [#########-----------] 48%  loss 0.3"])
    }

    @Test func aPipeGetsALineEveryTwoSeconds() {
        let output = CollectedOutput()
        let progress = progress(.lines, output)
        for step in 1...70 {
            clock.advance(milliseconds: 100)
            progress.update(step * 10, note: "loss 0.5")
        }
        progress.finish("all read")
        #expect(
            output.text == """
                reading [####----------------] 20% 200/1,000 rows  100/s  0:08 left  loss 0.5
                reading [########------------] 40% 400/1,000 rows  100/s  0:06 left  loss 0.5
                reading [############--------] 60% 600/1,000 rows  100/s  0:04 left  loss 0.5
                reading: all read in 7.0 s

                """)
    }

    @Test func quietIsSilentAndNothingFollowsTheEnd() {
        let silent = CollectedOutput()
        let quiet = progress(.silent, silent)
        clock.advance(milliseconds: 5_000)
        quiet.update(7)
        quiet.finish()
        #expect(silent.text.isEmpty)

        let output = CollectedOutput()
        let ended = progress(.lines, output)
        ended.finish()
        clock.advance(milliseconds: 5_000)
        ended.advance()
        ended.finish()
        #expect(output.text == "reading: 0 rows in 0 ms\n")
    }
}
