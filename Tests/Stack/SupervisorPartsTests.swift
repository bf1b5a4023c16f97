import CommandLine
import Stack
import Testing

/// What the supervisor is made of.
@Suite struct SupervisorPartsTests {
    @Test func linesComeWholeHoweverTheyArrive() {
        let text = "one\n\ntwo ä\nthree"
        for size in 1...text.utf8.count {
            var splitter = LineSplitter()
            var lines: [String] = []
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { splitter.take($0) { lines.append($0) } }
            }
            splitter.end { lines.append($0) }
            #expect(lines == ["one", "two ä", "three"])
        }
    }

    @Test func longLinesAreCut() {
        var splitter = LineSplitter()
        var lengths: [Int] = []
        [UInt8](repeating: 0x61, count: 200_000).withUnsafeBytes { splitter.take($0) { lengths.append($0.utf8.count) } }
        splitter.end { lengths.append($0.utf8.count) }
        #expect(lengths == [65_536, 65_536, 65_536, 3_392])
    }

    @Test func pausesGrowAndBeginAnew() {
        var backOff = BackOff(first: 100, last: 5_000)
        #expect((0..<8).map { _ in backOff.milliseconds() } == [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000])
        backOff.reset()
        #expect(backOff.milliseconds() == 100)
    }

    @Test func whatCannotStartIsGivenUpAndWhatMayComeBackIsNot() {
        func starts(ending code: ExitCode) -> Int? {
            var patience = StartPatience()
            return (1...20).first { _ in patience.isOver(after: code) }
        }
        #expect(starts(ending: .configuration) == 1 && starts(ending: .busy) == 1 && starts(ending: .cannotWrite) == 1)
        #expect(starts(ending: .unavailable) == 3)
        #expect(starts(ending: .failure) == nil)
    }

    @Test func freePortsAreDifferentAndBelowThoseOfOutgoingConnections() throws {
        let ports = try FreePorts.choose(20)
        #expect(Set(ports).count == 20)
        #expect(ports.allSatisfy { $0 >= 10_240 })
    }
}
