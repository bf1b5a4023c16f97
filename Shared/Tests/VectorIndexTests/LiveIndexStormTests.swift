import Dispatch
import Synchronization
import Testing
import VectorIndex

/// Many threads search while others insert and delete and the index is made anew again and again.
@Suite struct LiveIndexStormTests {
    /// What writers and readers agree on: which content an index of some version has. The version is in the index, as
    /// item 0, whose vector's first value says it; it changes with everything else in one step.
    private struct World {
        static let dimensions = 4
        static let items: UInt32 = 1_200
        static let stride = 16

        /// Vectors point along the second axis, so that a query finds the longest first.
        static func entry(_ number: UInt32, length: Float) -> IndexEntry {
            IndexEntry(number: number, vector: [0, length, 0, 0])
        }

        static func mark(_ version: Int) -> IndexEntry {
            IndexEntry(number: 0, vector: [0, 0, 0, 1], bias: Float(version))
        }

        /// In version v the items ≡ v (mod 16) are away.
        static func isThere(_ number: UInt32, in version: Int) -> Bool {
            number == 0 || Int(number) % stride != version % stride
        }
    }

    /// How an index is made anew here.
    enum Kind: CaseIterable {
        case flat, lists

        func make(_ entries: [IndexEntry]) -> any VectorIndex {
            let flat = FlatIndex(dimensions: World.dimensions).inserting(entries)
            guard self == .lists else { return flat }
            var vectors = [Float](repeating: 0, count: flat.count * World.dimensions)
            var biases = [Float](repeating: 0, count: flat.count)
            for entry in entries {
                for (place, value) in entry.vector.enumerated() {
                    vectors[Int(entry.number) * World.dimensions + place] = value
                }
                biases[Int(entry.number)] = entry.bias
            }
            let alive = (0..<UInt32(flat.count)).map { flat.contains($0) }
            // All lists are looked at: what is found is exact.
            return IndexBuilder(recall: 1).buildLists(
                dimensions: World.dimensions, count: flat.count, vectors: vectors.span, biases: biases.span,
                alive: alive.span)
        }
    }

    @Test(
        "Each search finds what one version of the index has, whole, and versions never go back",
        arguments: Kind.allCases)
    func storm(kind: Kind) {
        let first = kind.make(
            [World.mark(0)]
                + (1..<World.items).filter { World.isThere($0, in: 0) }.map {
                    World.entry($0, length: 1 + Float($0) / 100)
                })
        let ended = DispatchSemaphore(value: 0)
        let live = LiveIndex(
            first,
            rebuilding: IndexRebuilding(
                isNeeded: { _ in true },
                rebuild: { index in
                    // The base holds biases that only a search shows; the mark is the one item that has one.
                    var results = SearchResults()
                    let query: [Float] = [0, 0, 0, 0]
                    index.search(
                        queries: query.span, count: 1, k: 1, scratch: SearchScratch(), results: &results)
                    let content = LiveIndexTests.content(index)
                    return kind.make(
                        content.filter { $0.key != 0 }.sorted { $0.key < $1.key }.map {
                            IndexEntry(number: $0.key, vector: $0.value)
                        } + [World.mark(Int(results.scores[0].rounded()))])
                }), onRebuild: { ended.signal() })
        let watch = Watch()
        Threads.run(4) { thread in
            if thread == 0 {
                var version = 0
                // Until readers have had their share, however the system gives out its time.
                while version < 30 || watch.searches.load(ordering: .relaxed) < 100 {
                    version += 1
                    // Those of the version before come back, those of this one go.
                    let back = (1..<World.items).filter { !World.isThere($0, in: version - 1) }
                    let gone = (1..<World.items).filter { !World.isThere($0, in: version) }
                    live.change(
                        inserting: back.map { World.entry($0, length: 1 + Float($0) / 100) } + [World.mark(version)],
                        deleting: gone)
                }
                watch.versions.store(version, ordering: .relaxed)
                watch.isOver.store(true, ordering: .releasing)
            } else {
                Self.search(live, watch)
            }
        }
        #expect(watch.faults.withLock { $0 } == [])
        let versions = watch.versions.load(ordering: .relaxed)
        // The last rebuild may still be on its way.
        while live.statistics.isRebuilding { ended.wait() }
        #expect(live.statistics.rebuilds > 0 && live.statistics.failedRebuilds == 0)
        let content = LiveIndexTests.content(live.current)
        #expect(content.keys.sorted() == (0..<World.items).filter { World.isThere($0, in: versions) })
    }

    /// What the threads tell each other.
    private final class Watch: Sendable {
        let faults = Mutex<[String]>([])
        let isOver = Atomic<Bool>(false)
        let searches = Atomic<Int>(0)
        let versions = Atomic<Int>(0)
    }

    private static func search(_ live: LiveIndex, _ watch: Watch) {
        let scratch = SearchScratch()
        var results = SearchResults()
        var last = 0
        // The mark alone by its bias; all others by their length.
        let queries: [Float] = [0, 0, 0, 0, 0, 1, 0, 0]
        let k = Int(World.items)
        repeat {
            let index = live.current
            index.search(queries: queries.span, count: 2, k: k, scratch: scratch, results: &results)
            let marks = results.range(of: 0)
            let version = Int(results.scores[marks.lowerBound].rounded())
            let found = results.items[results.range(of: 1)].sorted()
            let expected = (0..<World.items).filter { World.isThere($0, in: version) }
            if found != expected {
                watch.faults.withLock { $0.append("version \(version): \(found.count) items for \(expected.count)") }
            }
            if version < last { watch.faults.withLock { $0.append("version \(version) after \(last)") } }
            last = version
            watch.searches.wrappingAdd(1, ordering: .relaxed)
        } while !watch.isOver.load(ordering: .acquiring)
    }
}
