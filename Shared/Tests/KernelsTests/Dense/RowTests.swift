import Kernels
import Testing

@Suite struct RowTests {
    @Test("Rows that lie anywhere come in order")
    func gather() {
        var random = SeededGenerator(seed: 60)
        for width in [1, 16, 64, 100] {
            let table = (0..<50 * width).map { _ in Int8.random(in: .min...(.max), using: &random) }
            for count in [0, 1, 8, 9, 40] {
                let indices = (0..<count).map { _ in UInt32.random(in: 0..<50, using: &random) }
                var out = [Int8](repeating: 0, count: count * width)
                var span = out.mutableSpan
                Kernels.gatherRows(width: width, of: table.span, indices.span, into: &span)
                #expect(out == indices.flatMap { table[Int($0) * width..<(Int($0) + 1) * width] })
            }
        }
    }

    @Test("Quantised rows come back within half a step")
    func dequantise() {
        var random = SeededGenerator(seed: 61)
        let x = random.floats(5 * 37)
        var q = [Int8](repeating: 0, count: 5 * 40)
        var scales = [Float](repeating: 0, count: 5)
        var back = [Float](repeating: .nan, count: 5 * 37)
        var bytes = q.mutableSpan
        var steps = scales.mutableSpan
        var values = back.mutableSpan
        Kernels.quantiseRows(rows: 5, columns: 37, x.span, into: &bytes, stride: 40, scales: &steps)
        Kernels.dequantiseRows(rows: 5, columns: 37, q.span, stride: 40, scales: scales.span, into: &values)
        for (i, (found, wanted)) in zip(back, x).enumerated() {
            #expect(abs(found - wanted) <= scales[i / 37] * 0.5001)
        }
    }
}
