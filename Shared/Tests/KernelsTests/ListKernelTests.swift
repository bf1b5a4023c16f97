import CKernels
import Kernels
import Testing

@Suite struct ListKernelTests {
    @Test("Scanning ranges is exact at every level", arguments: Level.available)
    func ranges(level: Level) {
        var random = SeededGenerator(seed: 21)
        let counts: [[UInt32]] = [[], [0], [1], [4, 1], [2, 0, 3], [5, 6, 7, 1], [0, 9]]
        for dimensions in [4, 8, 12, 20, 68] {
            let matrix = BlockMatrix(
                blocks: 12, dimensions: dimensions, extreme: dimensions == 8, random: &random)
            for counts in counts {
                for queries in [0, 1, 2, 3, 4, 5, 9] where dimensions < 20 || queries < 3 {
                    let ranges = counts.map {
                        ck_range(first: UInt32.random(in: 0...(12 - $0), using: &random), count: $0)
                    }
                    let q = (0..<queries).flatMap { _ in
                        BlockMatrix.vector(dimensions, extreme: dimensions == 8, random: &random)
                    }
                    let scales = random.floats(queries)
                    let rows = ranges.flatMap { (Int($0.first) * 16..<Int($0.first + $0.count) * 16) }
                    for biased in [true, false] {
                        var found = [Float](repeating: 7, count: queries * (rows.count + 3))
                        level.table.scan_ranges_s8(
                            ranges.count, ranges, dimensions, matrix.packed, matrix.scales,
                            biased ? matrix.biases : nil, queries, q, dimensions, scales, &found, rows.count + 3)
                        var expected = [Float](repeating: 7, count: found.count)
                        for i in 0..<queries {
                            let query = q[i * dimensions..<(i + 1) * dimensions]
                            for (place, row) in rows.enumerated() {
                                expected[i * (rows.count + 3) + place] = matrix.score(
                                    row, query, scales[i], biased: biased)
                            }
                        }
                        #expect(found == expected, "\(dimensions) dimensions, ranges of \(counts), \(queries) queries")
                    }
                }
            }
        }
    }

    @Test("Dots with rows that lie anywhere follow the order of summation, to the bit", arguments: Level.available)
    func dotRows(level: Level) {
        var random = SeededGenerator(seed: 22)
        for dimensions in [4, 8, 12, 20, 36, 64, 128] {
            let matrix = BlockMatrix(blocks: 5, dimensions: dimensions, random: &random)
            for count in [0, 1, 2, 3, 4, 5, 7, 8, 9, 33] {
                let numbers = (0..<count).map { _ in UInt32.random(in: 0..<80, using: &random) }
                let query = random.floats(dimensions)
                for biased in [true, false] {
                    var found = [Float](repeating: 7, count: count + 1)
                    level.table.dot_rows_f32s8(
                        count, numbers, dimensions, matrix.packed, matrix.scales, biased ? matrix.biases : nil,
                        query, &found)
                    let expected = numbers.map { number in
                        let row = matrix.rows[Int(number)]
                        var s: [Float] = [0, 0, 0, 0]
                        for d in 0..<dimensions { s[d % 4] += query[d] * Float(row[d]) }
                        let dot = (s[0] + s[2]) + (s[1] + s[3])
                        return dot * matrix.scales[Int(number)] + (biased ? matrix.biases[Int(number)] : 0)
                    }
                    #expect(found == expected + [7], "\(dimensions) dimensions, \(count) rows")
                }
            }
        }
    }

    @Test("The highest of each row, the first among equals", arguments: Level.available)
    func argmax(level: Level) {
        var random = SeededGenerator(seed: 23)
        for columns in Array(0...70) + [127, 128, 129, 1_000] {
            let stride = columns + 3
            var x = random.floats(6 * stride).map { ($0 * 8).rounded() / 8 }
            for i in 0..<columns {
                x[2 * stride + i] = -.infinity
                x[3 * stride + i] = .nan
                x[4 * stride + i] = i % 3 == 0 ? .nan : i % 3 == 1 ? -0.0 : 0
                x[5 * stride + i] = i == columns - 1 ? .infinity : i % 2 == 0 ? .nan : -3
            }
            // What lies between the rows is higher than anything in them.
            for row in 0..<6 { for i in columns..<stride { x[row * stride + i] = .infinity } }
            var best = [UInt32](repeating: 77, count: 7)
            var highest = [Float](repeating: 77, count: 7)
            level.table.argmax_rows(6, columns, x, stride, &best, &highest)
            var without = [UInt32](repeating: 77, count: 7)
            level.table.argmax_rows(6, columns, x, stride, &without, nil)
            let expected = (0..<6).map { row in
                let values = x[row * stride..<row * stride + columns]
                var (most, column) = (-Float.infinity, 0)
                for (i, value) in values.enumerated() where value > most { (most, column) = (value, i) }
                return (UInt32(column), most)
            }
            #expect(best == expected.map(\.0) + [77] && without == best, "\(columns) columns")
            #expect(highest == expected.map(\.1) + [77], "\(columns) columns")
        }
    }

    @Test("The Swift face: two ranges of one matrix, its rows again one by one, and the best of them")
    func face() {
        var random = SeededGenerator(seed: 24)
        let matrix = BlockMatrix(blocks: 4, dimensions: 8, random: &random)
        let query = BlockMatrix.vector(8, random: &random)
        let ranges = [BlockRange(first: 3, count: 1), BlockRange(first: 0, count: 2)]
        var scores = [Float](repeating: 0, count: 48)
        ranges.withUnsafeBufferPointer { ranges in
            Kernels.unsafeScanRanges(
                ranges, dimensions: 8, rows: matrix.packed, rowScales: matrix.scales, biases: nil, queries: 1,
                query: query, queryScales: [1], scores: &scores, scoreStride: 48)
        }
        let numbers = (Array(48..<64) + Array(0..<32)).map { UInt32($0) }
        #expect(scores == numbers.map { matrix.score(Int($0), query[...], 1, biased: false) })
        var again = [Float](repeating: 0, count: 48)
        numbers.withUnsafeBufferPointer { numbers in
            Kernels.unsafeDotRows(
                numbers, dimensions: 8, rows: matrix.packed, rowScales: matrix.scales, biases: nil,
                query: query.map { Float($0) }, scores: &again)
        }
        // Sums below 2^24 are whole in either.
        #expect(again == scores)
        #expect(Kernels.unsafeCount(above: scores[5], scores, count: 48) == scores.count { $0 > scores[5] })
        var best: [UInt32] = [9, 9]
        var span = best.mutableSpan
        Kernels.argmaxRows(rows: 2, columns: 24, scores.span, into: &span)
        for row in 0..<2 {
            let part = scores[row * 24..<(row + 1) * 24]
            #expect(part[row * 24 + Int(best[row])] == part.max())
        }
    }
}
