import Foundation
import Testing
import VectorIndex

@Suite struct IndexFileTests {
    /// What a search finds, scores included.
    static func found(_ index: any VectorIndex, _ queries: [Float], k: Int) -> ([UInt32], [Float]) {
        var results = SearchResults()
        index.search(
            queries: queries.span, count: queries.count / index.dimensions, k: k, scratch: SearchScratch(),
            results: &results)
        return (results.items, results.scores)
    }

    static func flat(count: Int, dimensions: Int, seed: UInt64) -> FlatIndex {
        var random = SeededGenerator(seed: seed)
        let vectors = random.floats(count * dimensions)
        let biases = random.floats(count)
        let alive = (0..<count).map { _ in Int.random(in: 0..<9, using: &random) > 0 }
        return FlatIndex(
            dimensions: dimensions, count: count, vectors: vectors.span, biases: biases.span, alive: alive.span)
    }

    /// Lists, with items inserted, replaced and deleted since they were made.
    static func lists(count: Int, dimensions: Int, seed: UInt64) -> IVFIndex {
        var random = SeededGenerator(seed: seed)
        let vectors = random.floats(count * dimensions)
        let biases = random.floats(count)
        let index = IndexBuilder(recall: 0.9).buildLists(
            dimensions: dimensions, count: count, vectors: vectors.span, biases: biases.span)
        let entries = (0..<40).map { place in
            IndexEntry(
                number: UInt32(count - 20 + place), vector: random.floats(dimensions), bias: Float(place) / 100)
        }
        return index.inserting(entries).deleting([0, 7, UInt32(count - 20), UInt32(count + 5)])
    }

    @Test("Lists from a file are those that were written, with what was inserted and deleted since")
    func listsRoundTrip() throws {
        let folder = try TemporaryFolder()
        for (count, dimensions) in [(20, 4), (700, 16), (5_000, 37)] {
            let path = folder.path("a.index")
            let index = Self.lists(count: count, dimensions: dimensions, seed: UInt64(count))
            try IndexFile.write(index, to: path)
            let mapped = try #require(IndexFile(reading: path).index as? IVFIndex)
            #expect((mapped.count, mapped.aliveCount) == (index.count, index.aliveCount))
            #expect((mapped.lists, mapped.recall, mapped.memory) == (index.lists, 0.9, index.memory))
            #expect(mapped.probes(k: 10) == index.probes(k: 10) && mapped.needsRebuild == index.needsRebuild)
            var random = SeededGenerator(seed: 3)
            let queries = random.floats(20 * dimensions)
            #expect(Self.found(mapped, queries, k: 30) == Self.found(index, queries, k: 30))
            let exact = Self.found(mapped.withRecall(1), queries, k: 30)
            #expect(exact == Self.found(index.withRecall(1), queries, k: 30))
            let changed = (index.deleting([11, 12]), mapped.deleting([11, 12]))
            #expect(Self.found(changed.0, queries, k: 30) == Self.found(changed.1, queries, k: 30))
            #expect(Self.found(index.rebuilt(), queries, k: 30) == Self.found(mapped.rebuilt(), queries, k: 30))
        }
    }

    @Test("An index from a file finds what the one that was written finds, with the same scores")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        for (count, dimensions) in [(0, 8), (1, 1), (1_024, 16), (2_500, 37), (5_000, 64)] {
            let path = folder.path("a.index")
            let index = Self.flat(count: count, dimensions: dimensions, seed: UInt64(count))
            try IndexFile.write(index, to: path, note: [1, 0, 255])
            let file = try IndexFile(reading: path)
            #expect(file.note == [1, 0, 255])
            #expect((file.index.dimensions, file.index.count) == (dimensions, count))
            #expect(file.index.aliveCount == index.aliveCount && file.index.memory == index.memory)
            var random = SeededGenerator(seed: 3)
            let queries = random.floats(10 * dimensions)
            #expect(Self.found(file.index, queries, k: 30) == Self.found(index, queries, k: 30))
        }
        #expect(folder.names == ["a.index"])
    }

    @Test("The same seed and content make the same file, byte for byte; another seed makes another")
    func bytes() throws {
        let folder = try TemporaryFolder()
        var random = SeededGenerator(seed: 21)
        let vectors = random.floats(3_000 * 16)
        let files = try [1, 1, 2].enumerated().map { (place, seed: UInt64) in
            let index = IndexBuilder(recall: 0.9, seed: seed).buildLists(
                dimensions: 16, count: 3_000, vectors: vectors.span)
            let path = folder.path("\(place).index")
            try IndexFile.write(index, to: path)
            return try Data(contentsOf: URL(filePath: path))
        }
        #expect(files[0] == files[1])
        #expect(files[0] != files[2])
    }

    @Test("An index from a file takes changes; the file stays as it is")
    func changes() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.index")
        let index = Self.flat(count: 3_000, dimensions: 16, seed: 1)
        try IndexFile.write(index, to: path)
        let before = try Data(contentsOf: URL(filePath: path))
        let entries = [
            IndexEntry(number: 7, vector: Array(repeating: 1, count: 16)),
            IndexEntry(number: 4_100, vector: Array(repeating: 2, count: 16), bias: 0.5),
        ]
        let mapped = try IndexFile(reading: path).index.inserting(entries).deleting([8, 2_999])
        let own = index.inserting(entries).deleting([8, 2_999])
        var random = SeededGenerator(seed: 4)
        let queries = random.floats(4 * 16)
        #expect(Self.found(mapped, queries, k: 50) == Self.found(own, queries, k: 50))
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test("A file that takes another's place leaves the readers of the old one alone")
    func replaced() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.index")
        let (old, new) = (
            Self.flat(count: 2_000, dimensions: 16, seed: 1), Self.flat(count: 10, dimensions: 16, seed: 2)
        )
        try IndexFile.write(old, to: path)
        let reader = try IndexFile(reading: path).index
        try IndexFile.write(new, to: path)
        var random = SeededGenerator(seed: 4)
        let queries = random.floats(4 * 16)
        #expect(Self.found(reader, queries, k: 50) == Self.found(old, queries, k: 50))
        #expect(try Self.found(IndexFile(reading: path).index, queries, k: 50) == Self.found(new, queries, k: 50))
    }

    @Test("What cannot be written says so and leaves nothing behind")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        let index = Self.flat(count: 10, dimensions: 4, seed: 1)
        let missing = #expect(throws: IndexFileError.self) { try IndexFile.write(index, to: folder.path("no/a.index")) }
        #expect(missing?.code == .missing)
        // A folder with something in it cannot be replaced by a file.
        try FileManager.default.createDirectory(atPath: folder.path("b/c"), withIntermediateDirectories: true)
        let taken = #expect(throws: IndexFileError.self) { try IndexFile.write(index, to: folder.path("b")) }
        #expect(taken?.code == .system)
        #expect(folder.names == ["b"])
    }

    @Test("What is no index file is refused as such")
    func strangers() throws {
        let folder = try TemporaryFolder()
        func code(_ bytes: [UInt8]) throws -> IndexFileError.Code? {
            try Data(bytes).write(to: URL(filePath: folder.path("x")))
            return #expect(throws: IndexFileError.self) { try IndexFile(reading: folder.path("x")) }?.code
        }
        #expect(try code([]) == .notAnIndex)
        #expect(try code(Array("{}".utf8)) == .notAnIndex)
        #expect(try code(Array(repeating: 0, count: 10_000)) == .notAnIndex)
        let folderError = #expect(throws: IndexFileError.self) { try IndexFile(reading: folder.path("")) }
        #expect(folderError?.code == .notAnIndex || folderError?.code == .system)
        let absent = #expect(throws: IndexFileError.self) { try IndexFile(reading: folder.path("absent")) }
        #expect(absent?.code == .missing)
        #expect(absent?.description.contains(folder.path("absent")) == true)
    }
}
