import CKernels
import Testing

/// Sums of rows that lie anywhere, against sums in double precision.
@Suite struct RowKernelTests {
    /// Around every vector width and every unrolled step.
    private static let widths = Array(0...9) + [15, 16, 17, 31, 32, 33, 47, 63, 64, 65, 100, 128, 131]
    private static let tableRows = 12

    /// Row numbers, more of them than rows, so that some come twice; and weights.
    private func drawn(_ count: Int, _ random: inout SeededGenerator) -> (rows: [Int32], a: [Float], b: [Float]) {
        let rows = (0..<count).map { _ in Int32.random(in: 0..<Int32(Self.tableRows), using: &random) }
        return (rows, random.floats(count), random.floats(count))
    }

    @Test("Two weighted sums of rows touch their ranges alone", arguments: Level.available)
    func pool(level: Level) {
        var random = SeededGenerator(seed: 11)
        for columns in Self.widths {
            for count in [0, 1, 7, 8, 9, 40] {
                let (rows, a, b) = drawn(count, &random)
                let stride = columns + 3
                let x = random.floats(Self.tableRows * stride)
                let (first, second) = (random.floats(columns + 2), random.floats(columns + 2))
                var (foundFirst, foundSecond) = (first, second)
                foundFirst.withUnsafeMutableBufferPointer { first in
                    foundSecond.withUnsafeMutableBufferPointer { second in
                        level.table.pool_rows(
                            count, rows, a, b, columns, x, stride, first.baseAddress! + 1, second.baseAddress! + 1)
                    }
                }
                for (found, start, weights) in [(foundFirst, first, a), (foundSecond, second, b)] {
                    for column in 0..<columns {
                        let sum = rows.indices.reduce(Double(start[1 + column])) {
                            $0 + Double(weights[$1]) * Double(x[Int(rows[$1]) * stride + column])
                        }
                        #expect(abs(Double(found[1 + column]) - sum) < 1e-5, "\(columns) columns, \(count) rows")
                    }
                    #expect(found.first == start.first && found.last == start.last, "\(columns) columns, \(count) rows")
                }
            }
        }
    }

    @Test("One weighted sum, and one vector, are the first of two", arguments: Level.available)
    func single(level: Level) {
        var random = SeededGenerator(seed: 13)
        for columns in Self.widths {
            let (rows, a, _) = drawn(9, &random)
            let none = [Float](repeating: 0, count: 9)
            let x = random.floats(Self.tableRows * columns)
            let sum = random.floats(columns)
            var (one, two, second) = (sum, sum, sum)
            level.table.pool_rows(9, rows, a, nil, columns, x, columns, &one, nil)
            level.table.pool_rows(9, rows, a, none, columns, x, columns, &two, &second)
            #expect(one == two, "\(columns) columns")
            var (spreadOne, spreadTwo) = (x, x)
            level.table.spread_rows(9, rows, a, nil, columns, sum, nil, &spreadOne, columns)
            level.table.spread_rows(9, rows, a, none, columns, sum, sum, &spreadTwo, columns)
            #expect(spreadOne == spreadTwo, "\(columns) columns")
            #expect(columns == 0 || (one != sum && spreadOne != x), "\(columns) columns")
        }
    }

    @Test("Two vectors spread to rows touch these rows alone", arguments: Level.available)
    func spread(level: Level) {
        var random = SeededGenerator(seed: 12)
        for columns in Self.widths {
            for count in [0, 1, 7, 8, 9, 40] {
                let (rows, a, b) = drawn(count, &random)
                let stride = columns + 3
                let y = random.floats(Self.tableRows * stride)
                let (first, second) = (random.floats(columns), random.floats(columns))
                var found = y
                level.table.spread_rows(count, rows, a, b, columns, first, second, &found, stride)
                var expected = y.map { Double($0) }
                for (place, row) in rows.enumerated() {
                    for column in 0..<columns {
                        expected[Int(row) * stride + column] +=
                            Double(a[place]) * Double(first[column]) + Double(b[place]) * Double(second[column])
                    }
                }
                for place in y.indices {
                    let isTouched = place % stride < columns && rows.contains(Int32(place / stride))
                    if isTouched {
                        #expect(abs(Double(found[place]) - expected[place]) < 1e-5, "\(columns) columns, \(count) rows")
                    } else {
                        #expect(found[place] == y[place], "\(columns) columns, \(count) rows")
                    }
                }
            }
        }
    }
}
