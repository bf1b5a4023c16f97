import CKernels
import Testing

@Suite struct FloatKernelTests {
    /// Around every vector width, and a few unrolled steps.
    static let lengths = Array(0...36) + [47, 48, 63, 64, 65, 127, 128, 129, 200]

    @Test("Dot", arguments: Level.available)
    func dot(level: Level) {
        var random = SeededGenerator(seed: 1)
        for n in Self.lengths {
            for offset in 0..<3 {
                let a = random.floats(n + offset)
                let b = random.floats(n + 2 * offset)
                let found = a.withUnsafeBufferPointer { a in
                    b.withUnsafeBufferPointer { b in
                        level.table.dot(n, a.baseAddress.map { $0 + offset }, b.baseAddress.map { $0 + 2 * offset })
                    }
                }
                var sum = 0.0
                var magnitude = 0.0
                for i in 0..<n {
                    let product = Double(a[offset + i]) * Double(b[2 * offset + i])
                    sum += product
                    magnitude += abs(product)
                }
                #expect(abs(Double(found) - sum) <= magnitude * 1e-7 * Double(n + 1), "length \(n), offset \(offset)")
            }
        }
    }

    @Test("Vectors of zero, huge and not finite values", arguments: Level.available)
    func extremes(level: Level) {
        let huge = [Float](repeating: 1e30, count: 37)
        #expect(level.table.dot(37, huge, huge) == .infinity)
        var mixed = huge
        mixed[36] = .nan
        #expect(level.table.dot(37, mixed, huge).isNaN)
        #expect(level.table.dot(36, [Float](repeating: 0, count: 36), huge) == 0)
    }

    @Test("Scaled addition touches its range alone", arguments: Level.available)
    func axpy(level: Level) {
        var random = SeededGenerator(seed: 2)
        for n in Self.lengths {
            let x = random.floats(n + 1)
            let y = random.floats(n + 3)
            var found = y
            found.withUnsafeMutableBufferPointer { y in
                x.withUnsafeBufferPointer { x in level.table.axpy(n, 0.7, x.baseAddress! + 1, y.baseAddress! + 2) }
            }
            var expected = y
            for i in 0..<n { expected[2 + i] = 0.7 * x[1 + i] + y[2 + i] }
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 3e-7 }, "length \(n)")
            #expect(found[0...1] == y[0...1] && found.last == y.last, "length \(n)")
        }
    }

    @Test("Adam is the algorithm of the paper", arguments: Level.available)
    func adam(level: Level) {
        var random = SeededGenerator(seed: 3)
        for n in Self.lengths {
            let p = random.floats(n + 1)
            let g = random.floats(n + 1)
            let m = random.floats(n + 1)
            let v = random.floats(n + 1).map { abs($0) }
            var (foundP, foundM, foundV) = (p, m, v)
            level.table.adam(n, &foundP, g, &foundM, &foundV, 0.01, 0.9, 0.99, 1e-6, 5, 50, 0.03)
            for i in 0..<n {
                let gradient = Double(g[i]) + Double(0.03 as Float) * Double(p[i])
                let first = Double(0.9 as Float) * Double(m[i]) + (1 - Double(0.9 as Float)) * gradient
                let second = Double(0.99 as Float) * Double(v[i]) + (1 - Double(0.99 as Float)) * gradient * gradient
                let next = Double(p[i]) - 0.01 * (first * 5) / ((second * 50).squareRoot() + 1e-6)
                #expect(abs(Double(foundM[i]) - first) < 1e-6 && abs(Double(foundV[i]) - second) < 1e-6)
                #expect(abs(Double(foundP[i]) - next) < 2e-6, "length \(n), place \(i)")
            }
            #expect(foundP[n] == p[n] && foundM[n] == m[n] && foundV[n] == v[n], "length \(n)")
        }
    }

    @Test("Exponential within its bound, and at its ends", arguments: Level.available)
    func exponential(level: Level) {
        let x = stride(from: Float(-87.3), through: 88.7, by: 0.0371).map { $0 } + [0, -0.0, 1e-20, 88.72]
        var y = [Float](repeating: 0, count: x.count)
        level.table.exp(x.count, x, &y)
        var worst = 0.0
        for i in x.indices { worst = max(worst, abs(Double(y[i]) / exponentialReference(Double(x[i])) - 1)) }
        #expect(worst < 3e-7, "relative error \(worst)")
        let ends: [Float] = [-.infinity, -1e30, -88, 89, 1e30, .infinity, .nan]
        for n in [7, 8, 16] {
            let padded = ends + [Float](repeating: 0, count: n > 7 ? n - 7 : 0)
            var found = [Float](repeating: 5, count: padded.count)
            level.table.exp(padded.count, padded, &found)
            #expect(Array(found[0..<6]) == [0, 0, 0, .infinity, .infinity, .infinity] && found[6].isNaN)
        }
    }

    /// e^x by its series, on halves of x.
    private func exponentialReference(_ x: Double) -> Double {
        let part = x / 1024
        var (sum, term) = (1.0, 1.0)
        for i in 1...12 {
            term *= part / Double(i)
            sum += term
        }
        for _ in 0..<10 { sum *= sum }
        return sum
    }

    @Test("Softmax of rows, with log Σ exp", arguments: Level.available)
    func softmax(level: Level) {
        var random = SeededGenerator(seed: 4)
        for columns in Self.lengths where columns > 0 {
            let rows = 3
            let stride = columns + 2
            var x = random.floats(rows * stride).map { 20 * $0 }
            if columns > 2 { x[1] = 80 }
            let original = x
            var lse = [Float](repeating: 0, count: rows)
            level.table.softmax_rows(rows, columns, &x, stride, &lse)
            for r in 0..<rows {
                let row = original[r * stride..<r * stride + columns].map(Double.init)
                let highest = row.max()!
                // Rounding x - highest, below 128, to a float costs up to 2^-18 of its exponential.
                let bound = 0x1p-17
                let sum = row.reduce(0) { $0 + exponentialReference($1 - highest) }
                for i in 0..<columns {
                    let share = exponentialReference(row[i] - highest) / sum
                    #expect(abs(Double(x[r * stride + i]) - share) <= bound * share + 1e-37, "columns \(columns)")
                }
                #expect(abs(exponentialReference(Double(lse[r]) - highest) - sum) < 1e-4 * sum, "columns \(columns)")
                #expect(
                    Array(x[r * stride + columns..<(r + 1) * stride])
                        == Array(original[r * stride + columns..<(r + 1) * stride]))
            }
            level.table.softmax_rows(rows, columns, &x, stride, nil)
        }
    }

    @Test("Column sums and the gradient of the rectifier", arguments: Level.available)
    func sums(level: Level) {
        var random = SeededGenerator(seed: 5)
        for n in Self.lengths {
            let x = random.floats(4 * (n + 1))
            let start = random.floats(n + 1)
            var sums = start
            level.table.column_sums(4, n, x, n + 1, &sums)
            for i in 0..<n {
                let expected = (0..<4).reduce(start[i]) { $0 + x[$1 * (n + 1) + i] }
                #expect(abs(sums[i] - expected) < 1e-6, "columns \(n)")
            }
            #expect(sums[n] == start[n], "columns \(n)")
            var y = random.floats(n)
            if n > 3 { (y[1], y[2], y[3]) = (0, -0.0, .nan) }
            var g = start
            level.table.relu_gradient(n, y, &g)
            #expect(g == (0...n).map { $0 == n || y[$0] > 0 ? start[$0] : 0 }, "length \(n)")
        }
    }
}
