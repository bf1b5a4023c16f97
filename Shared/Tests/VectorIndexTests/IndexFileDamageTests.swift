import Checksum
import Foundation
import Testing
import VectorIndex

/// Files that were damaged by chance, and files that somebody made up.
@Suite struct IndexFileDamageTests {
    /// A small file of each kind.
    static let samples: [(name: String, index: any VectorIndex)] = [
        ("flat", IndexFileTests.flat(count: 40, dimensions: 3, seed: 5)),
        ("lists", IndexFileTests.lists(count: 600, dimensions: 3, seed: 5)),
    ]

    private static func bytes(_ index: any VectorIndex, _ folder: TemporaryFolder) throws -> [UInt8] {
        try IndexFile.write(index, to: folder.path("whole"), note: [1, 2, 3])
        return try Array(Data(contentsOf: URL(filePath: folder.path("whole"))))
    }

    private static func code(_ bytes: [UInt8], _ folder: TemporaryFolder) throws -> IndexFileError.Code? {
        try Data(bytes).write(to: URL(filePath: folder.path("damaged")))
        do {
            _ = try IndexFile(reading: folder.path("damaged"))
            return nil
        } catch {
            return error.code
        }
    }

    private static func put(_ byte: UInt8, at place: Int, of file: FileHandle) throws {
        try file.seek(toOffset: UInt64(place))
        try file.write(contentsOf: [byte])
    }

    @Test("Every byte that is another is found out", arguments: samples.indices)
    func flips(sample: Int) throws {
        let folder = try TemporaryFolder()
        let whole = try Self.bytes(Self.samples[sample].index, folder)
        let file = try FileHandle(forUpdating: URL(filePath: folder.path("whole")))
        var seen: Set<String> = []
        for place in whole.indices {
            // Of the long sections, a place in 17: each byte passes the same checksum.
            guard place < 4_200 || place % 17 == 0 || place == whole.count - 1 else { continue }
            try Self.put(whole[place] ^ UInt8(1 << (place % 8)), at: place, of: file)
            let error = #expect(throws: IndexFileError.self, "byte \(place)") {
                try IndexFile(reading: folder.path("whole"))
            }
            seen.insert(error?.code.description ?? "none")
            try Self.put(whole[place], at: place, of: file)
        }
        #expect(throws: Never.self) { try IndexFile(reading: folder.path("whole")) }
        #expect(seen.isSuperset(of: ["not-an-index", "newer-version", "checksum"]))
    }

    @Test("Every file that ends early or goes on is found out", arguments: samples.indices)
    func lengths(sample: Int) throws {
        let folder = try TemporaryFolder()
        let whole = try Self.bytes(Self.samples[sample].index, folder)
        for size in whole.indices where size < 200 || size % 61 == 0 || size + 200 > whole.count || size % 4_096 < 2 {
            let expected: IndexFileError.Code = size == 0 ? .notAnIndex : .truncated
            #expect(try Self.code(Array(whole[..<size]), folder) == expected, "\(size) bytes")
        }
        #expect(try Self.code(whole + [0], folder) == .inconsistent)
        #expect(try Self.code(whole + whole, folder) == .inconsistent)
    }

    @Test("A newer format is refused by its number, whatever follows")
    func newer() throws {
        let folder = try TemporaryFolder()
        var bytes = try Self.bytes(Self.samples[0].index, folder)
        bytes[8] = 2
        #expect(try Self.code(bytes, folder) == .newerVersion)
        bytes[8] = 0
        #expect(try Self.code(bytes, folder) == .checksum)
    }

    @Test(
        "Files with right checksums and wrong content are refused, or are indexes that a search does not stumble over",
        arguments: samples.indices)
    func forged(sample: Int) throws {
        let folder = try TemporaryFolder()
        let whole = try Self.bytes(Self.samples[sample].index, folder)
        var random = SeededGenerator(seed: 11)
        var refused = 0
        let values: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF]
        let attempts = 600
        for attempt in 0..<attempts {
            var bytes = whole
            // Header and table, the beginnings of sections, anywhere.
            let place =
                switch attempt % 3 {
                case 0: Int.random(in: 8..<256, using: &random)
                case 1:
                    Int.random(in: 1..<whole.count / 4_096, using: &random) * 4_096
                        + Int.random(in: 0..<64, using: &random)
                default: Int.random(in: 8..<whole.count, using: &random)
                }
            for next in place..<min(place + Int.random(in: 1...4, using: &random), whole.count) {
                bytes[next] = values[Int.random(in: 0..<values.count, using: &random)]
            }
            Self.sign(&bytes)
            try Data(bytes).write(to: URL(filePath: folder.path("forged")))
            do {
                let index = try IndexFile(reading: folder.path("forged")).index
                let queries = random.floats(2 * index.dimensions)
                let (items, scores) = IndexFileTests.found(index, queries, k: 50)
                #expect(items.allSatisfy { Int($0) < index.count } && items.count == scores.count)
                let changed = index.inserting([IndexEntry(number: 3, vector: Array(queries.prefix(index.dimensions)))])
                #expect(changed.deleting([3, 4]).aliveCount <= changed.aliveCount)
            } catch {
                refused += 1
            }
        }
        #expect(refused > attempts / 20 && refused < attempts)
    }

    /// Makes all checksums right, as far as the table of sections makes sense.
    private static func sign(_ bytes: inout [UInt8]) {
        func number(_ place: Int, _ size: Int) -> Int {
            (0..<size).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
        }
        func checksum(_ ranges: Range<Int>...) -> UInt64 {
            var hash = XXH3()
            bytes.withUnsafeBytes { all in
                for range in ranges { hash.update(UnsafeRawBufferPointer(rebasing: all[range])) }
            }
            return hash.checksum
        }
        func put(_ checksum: UInt64, at place: Int) {
            for index in 0..<8 { bytes[place + index] = UInt8(truncatingIfNeeded: checksum >> UInt64(8 * index)) }
        }
        let sections = min(number(28, 4), 126)
        for section in 0..<sections {
            let entry = 64 + 32 * section
            let start = number(entry + 8, 8)
            let end = section + 1 < sections ? number(entry + 40, 8) : bytes.count
            if start >= 4_096, start <= end, end <= bytes.count { put(checksum(start..<end), at: entry + 24) }
        }
        put(checksum(0..<56, 64..<4_096), at: 56)
    }
}
