import Kernels
import Peaks

/// Blocks of int8 rows to scan, with eight queries.
final class ScanMatrix {
    private let blocks: Int
    private let dimensions: Int
    private let rows: [Int8]
    private let scales: [Float]
    private let biases: [Float]
    private let query: [Int8]
    private var scores: [Float]

    init(blocks: Int, dimensions: Int) {
        self.blocks = blocks
        self.dimensions = dimensions
        var state: UInt32 = 5
        rows = (0..<blocks * Kernels.blockRows * dimensions).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Int8(truncatingIfNeeded: state >> 24) | 1
        }
        scales = [Float](repeating: 1, count: blocks * Kernels.blockRows)
        biases = [Float](repeating: 0, count: blocks * Kernels.blockRows)
        query = (0..<8 * dimensions).map { Int8($0 % 255 - 127) }
        scores = [Float](repeating: 0, count: 8 * Self.step * Kernels.blockRows)
    }

    /// Multiplications and additions of one query.
    var products: UInt64 { UInt64(rows.count) }

    /// What one query reads: bytes, scales and biases.
    var bytes: UInt64 { UInt64(rows.count + 8 * scales.count) }

    /// So many blocks at a time, so that scores stay in the cache, as a search does it.
    private static let step = 256

    func scan(queries: Int) {
        let ones = [Float](repeating: 1, count: 8)
        for first in stride(from: 0, to: blocks, by: Self.step) {
            let row = first * Kernels.blockRows
            Kernels.unsafeScan(
                blocks: min(Self.step, blocks - first), dimensions: dimensions, rows: pointer(rows) + row * dimensions,
                rowScales: pointer(scales) + row, biases: pointer(biases) + row, queries: queries,
                query: query, queryScales: ones, scores: &scores, scoreStride: Self.step * Kernels.blockRows)
        }
    }

    /// Reads the same memory, and does nothing with it.
    func read() {
        _ = rows.withUnsafeBytes { peak_read($0.baseAddress, $0.count) }
        _ = scales.withUnsafeBytes { peak_read($0.baseAddress, $0.count) }
        _ = biases.withUnsafeBytes { peak_read($0.baseAddress, $0.count) }
    }

    /// The arrays live as long as this object.
    private func pointer<T>(_ array: [T]) -> UnsafePointer<T> {
        array.withUnsafeBufferPointer { $0.baseAddress! }
    }
}
