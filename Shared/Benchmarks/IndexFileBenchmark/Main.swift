import VectorIndex

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Times index files, with what the system holds of them in memory: `swift run -c release index-file-benchmark [ITEMS]`.
///
/// A line each for a flat index and one of lists: bytes, seconds to make it, to write it, and to have it ready from the
/// file, checksums verified: the fastest of five, and the processor's time of that.
@main
struct IndexFileBenchmark {
    static let dimensions = 64

    static func main() throws {
        let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000_000
        let vectors = clustered(count)
        let path = "index-file-benchmark.\(getpid()).index"
        defer { unlink(path) }
        let builder = IndexBuilder(recall: 0.97)
        for name in ["flat", "lists"] {
            let make: () -> any VectorIndex = {
                name == "flat"
                    ? FlatIndex(dimensions: dimensions, count: count, vectors: vectors.span)
                    : builder.buildLists(dimensions: dimensions, count: count, vectors: vectors.span)
            }
            let (index, built) = timed(make)
            let (_, written) = try timed { try IndexFile.write(index, to: path) }
            var ready = Double.infinity
            let before = clock()
            for _ in 0..<5 {
                let (file, seconds) = try timed { try IndexFile(reading: path) }
                precondition(file.index.aliveCount == count)
                ready = min(ready, seconds)
            }
            let processor = Double(clock() - before) / Double(CLOCKS_PER_SEC) / 5
            print(
                "\(name) \(count)×\(dimensions): \(index.memory) bytes, made in \(built) s, written in \(written) s, "
                    + "ready in \(ready * 1000) ms, \(processor * 1000) ms of CPU")
        }
    }

    private static func timed<Value>(_ body: () throws -> Value) rethrows -> (Value, Double) {
        let start = ContinuousClock.now
        let value = try body()
        return (value, start.duration(to: .now) / .seconds(1))
    }

    /// Vectors around a thousand centres.
    private static func clustered(_ count: Int) -> [Float] {
        var state: UInt64 = 1
        func random() -> Float {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Float(state >> 40) / Float(1 << 23) - 1
        }
        let centres = (0..<1_000 * dimensions).map { _ in random() }
        var vectors = [Float](repeating: 0, count: count * dimensions)
        for place in vectors.indices {
            let (item, dimension) = place.quotientAndRemainder(dividingBy: dimensions)
            vectors[place] = centres[item % 1_000 * dimensions + dimension] + 0.5 * random()
        }
        return vectors
    }
}
