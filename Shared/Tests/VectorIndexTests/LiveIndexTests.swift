import Dispatch
import Synchronization
import Testing
import VectorIndex

@Suite struct LiveIndexTests {
    private struct Refused: Error {}

    /// A rebuild that waits until the test lets it go on.
    private final class Gate: Sendable {
        private let entered = DispatchSemaphore(value: 0)
        private let opened = DispatchSemaphore(value: 0)

        func pass() {
            entered.signal()
            opened.wait()
        }

        func waitForEntry() { entered.wait() }
        func open() { opened.signal() }
    }

    static let dimensions = 8

    static func entry(_ number: UInt32, _ seed: UInt64) -> IndexEntry {
        var random = SeededGenerator(seed: seed &* 31 &+ UInt64(number))
        return IndexEntry(number: number, vector: random.floats(dimensions), bias: Float(seed % 5) / 10)
    }

    /// An index made anew from what another holds, as a real one is: by reading it.
    static func copy(_ index: any VectorIndex) -> FlatIndex {
        var entries: [IndexEntry] = []
        for number in 0..<UInt32(index.count) where index.contains(number) {
            var vector = [Float](repeating: 0, count: index.dimensions)
            var span = vector.mutableSpan
            index.copyVector(of: number, into: &span)
            entries.append(IndexEntry(number: number, vector: vector))
        }
        return FlatIndex(dimensions: index.dimensions).inserting(entries)
    }

    static func content(_ index: any VectorIndex) -> [UInt32: [Float]] {
        var content: [UInt32: [Float]] = [:]
        for number in 0..<UInt32(index.count) where index.contains(number) {
            var vector = [Float](repeating: 0, count: index.dimensions)
            var span = vector.mutableSpan
            index.copyVector(of: number, into: &span)
            content[number] = vector
        }
        return content
    }

    @Test("A change is in the next snapshot, and a snapshot that was taken stays as it was")
    func snapshots() {
        let live = LiveIndex(FlatIndex(dimensions: Self.dimensions))
        let empty = live.current
        let first = live.change(inserting: [Self.entry(1, 0), Self.entry(2, 0)])
        #expect(live.current.aliveCount == 2 && first.aliveCount == 2 && empty.aliveCount == 0)
        live.change(inserting: [Self.entry(3, 0)], deleting: [1, 3])
        #expect(Self.content(live.current).keys.sorted() == [2])
        #expect(Self.content(first).keys.sorted() == [1, 2])
    }

    @Test("Changes during a rebuild are in the index that takes the place")
    func changesMeanwhile() {
        let gate = Gate()
        let ended = DispatchSemaphore(value: 0)
        let live = LiveIndex(
            FlatIndex(dimensions: Self.dimensions).inserting((0..<100).map { Self.entry($0, 0) }),
            rebuilding: IndexRebuilding(
                isNeeded: { $0.aliveCount > 100 },
                rebuild: { index in
                    gate.pass()
                    return Self.copy(index)
                }), onRebuild: { ended.signal() })
        let oracle = LiveIndex(live.current)
        func change(_ entries: [IndexEntry], _ numbers: [UInt32]) {
            live.change(inserting: entries, deleting: numbers)
            oracle.change(inserting: entries, deleting: numbers)
        }
        change([Self.entry(100, 0)], [])
        gate.waitForEntry()
        #expect(live.statistics.isRebuilding)
        change([Self.entry(200, 0), Self.entry(5, 1), Self.entry(6, 1)], [7, 8])
        change([Self.entry(8, 2), Self.entry(6, 3)], [5, 200])
        change([], (20..<60).map { UInt32($0) })
        #expect(Self.content(live.current) == Self.content(oracle.current))
        gate.open()
        ended.wait()
        let statistics = live.statistics
        #expect((statistics.rebuilds, statistics.failedRebuilds, statistics.isRebuilding) == (1, 0, false))
        #expect(statistics.lastRebuild != nil)
        let (content, expected) = (Self.content(live.current), Self.content(oracle.current))
        #expect(content.keys.sorted() == expected.keys.sorted())
        // Vectors of the base were quantised twice; those that changed since, once.
        for number in [6, 8] as [UInt32] { #expect(content[number] == expected[number]) }
    }

    @Test("A rebuild that fails loses nothing; the next one comes after some more changes")
    func failure() {
        let ended = DispatchSemaphore(value: 0)
        let attempts = Atomic<Int>(0)
        let live = LiveIndex(
            FlatIndex(dimensions: Self.dimensions).inserting((0..<500).map { Self.entry($0, 0) }),
            rebuilding: IndexRebuilding(
                isNeeded: { _ in true },
                rebuild: { index in
                    if attempts.wrappingAdd(1, ordering: .relaxed).oldValue == 0 { throw Refused() }
                    return Self.copy(index)
                }), onRebuild: { ended.signal() })
        live.rebuildIfNeeded()
        ended.wait()
        #expect((live.statistics.rebuilds, live.statistics.failedRebuilds) == (0, 1))
        for number in 0..<4 { live.change(deleting: [UInt32(number)]) }
        #expect(attempts.load(ordering: .relaxed) == 1 && live.current.aliveCount == 496)
        live.change(deleting: [4])
        ended.wait()
        #expect((live.statistics.rebuilds, live.statistics.failedRebuilds) == (1, 1))
        #expect(Self.content(live.current).keys.sorted() == Array(5..<500))
    }

    @Test("A rebuild of a closed index is dropped; changes go on")
    func closed() {
        let gate = Gate()
        let ended = DispatchSemaphore(value: 0)
        let live = LiveIndex(
            FlatIndex(dimensions: Self.dimensions),
            rebuilding: IndexRebuilding(
                isNeeded: { _ in true },
                rebuild: { _ in
                    gate.pass()
                    return FlatIndex(dimensions: Self.dimensions)
                }), onRebuild: { ended.signal() })
        live.change(inserting: [Self.entry(1, 0)])
        gate.waitForEntry()
        live.close()
        gate.open()
        ended.wait()
        live.change(inserting: [Self.entry(2, 0)])
        #expect(Self.content(live.current).keys.sorted() == [1, 2])
        #expect(live.statistics.rebuilds == 0 && !live.statistics.isRebuilding)
    }
}
