import CKernels
import Testing

@Suite struct IntegerKernelTests {
    static let lengths = Array(0...34) + [63, 64, 65, 128]

    @Test("Quantising is the same bits at every level", arguments: Level.available)
    func quantise(level: Level) {
        var random = SeededGenerator(seed: 10)
        for n in Self.lengths {
            for scale in [1, 1e-20, 1e30, 1e-31, 0] as [Float] {
                var x = random.floats(3 * (n + 1)).map { $0 * scale }
                if n > 5 { (x[1], x[3], x[4], x[n + 3]) = (.nan, .infinity, -.infinity, -0.0) }
                let stride = n + n % 5
                var (found, expected) = (
                    [Int8](repeating: 99, count: 3 * stride), [Int8](repeating: 99, count: 3 * stride)
                )
                var (scales, expectedScales) = ([Float](repeating: 9, count: 3), [Float](repeating: 9, count: 3))
                level.table.quantise_rows(3, n, x, n + 1, &found, stride, &scales)
                Level.scalar.table.quantise_rows(3, n, x, n + 1, &expected, stride, &expectedScales)
                #expect(found == expected && scales == expectedScales, "length \(n), scale \(scale)")
                #expect(found.allSatisfy { $0 >= -127 && $0 <= 127 }, "length \(n), scale \(scale)")
            }
        }
    }

    @Test("Halves round to even, ends reach 127")
    func rounding() {
        let x: [Float] = [127, -127, 0.5, 1.5, 2.5, -0.5, -1.5, 63.49, 0, 126.5]
        for level in Level.available {
            var q = [Int8](repeating: 0, count: 10)
            var scale: Float = 0
            level.table.quantise_rows(1, 10, x, 10, &q, 10, &scale)
            #expect(q == [127, -127, 0, 2, 2, 0, -2, 63, 0, 126] && scale == 1, "\(level.name)")
        }
    }

    @Test("The scan is exact at every level", arguments: Level.available)
    func scan(level: Level) {
        var random = SeededGenerator(seed: 11)
        for dimensions in [4, 8, 12, 16, 20, 64] {
            for blocks in [0, 1, 2, 3, 4, 5] {
                for queries in [0, 1, 2, 3, 4, 5, 8, 9] {
                    let rows = blocks * Int(CK_BLOCK_ROWS)
                    let worst = dimensions == 8
                    let x = (0..<rows * dimensions).map { _ in
                        worst
                            ? Int8(Bool.random(using: &random) ? 127 : -127)
                            : Int8.random(in: -127...127, using: &random)
                    }
                    let q = (0..<queries * dimensions).map { _ in
                        worst
                            ? Int8(Bool.random(using: &random) ? 127 : -127)
                            : Int8.random(in: -127...127, using: &random)
                    }
                    var packed = [Int8](repeating: 0, count: rows * dimensions)
                    packed.withUnsafeMutableBufferPointer { packed in
                        x.withUnsafeBufferPointer { x in
                            for r in 0..<rows {
                                ck_block_write_row(
                                    packed.baseAddress! + r / 16 * 16 * dimensions, r % 16, dimensions,
                                    x.baseAddress! + r * dimensions)
                            }
                        }
                    }
                    let (scales, biases, queryScales) = (
                        random.floats(rows), random.floats(rows), random.floats(queries)
                    )
                    var found = [Float](repeating: 7, count: queries * (rows + 1))
                    level.table.scan_s8(
                        blocks, dimensions, packed, scales, biases, queries, q, dimensions, queryScales, &found,
                        rows + 1)
                    var expected = [Float](repeating: 7, count: queries * (rows + 1))
                    for i in 0..<queries {
                        for r in 0..<rows {
                            var sum = 0
                            for d in 0..<dimensions { sum += Int(q[i * dimensions + d]) * Int(x[r * dimensions + d]) }
                            expected[i * (rows + 1) + r] = Float(sum) * (queryScales[i] * scales[r]) + biases[r]
                        }
                    }
                    #expect(found == expected, "\(dimensions) dimensions, \(blocks) blocks, \(queries) queries")
                }
            }
        }
    }

    @Test("A block gives back the rows written to it")
    func block() {
        var random = SeededGenerator(seed: 12)
        var block = [Int8](repeating: 0, count: 16 * 12)
        let rows = (0..<16).map { _ in (0..<12).map { _ in Int8.random(in: .min...(.max), using: &random) } }
        for r in 0..<16 { ck_block_write_row(&block, r, 12, rows[r]) }
        for r in 0..<16 {
            var row = [Int8](repeating: 0, count: 12)
            ck_block_read_row(block, r, 12, &row)
            #expect(row == rows[r])
        }
    }

    @Test("Collecting and counting agree with the scalar ones", arguments: Level.available)
    func collect(level: Level) {
        var random = SeededGenerator(seed: 13)
        for n in Self.lengths + [200] {
            for threshold in [-.infinity, -0.9, 0, 0.8, 2, .nan] as [Float] {
                for bitmaps in 0..<4 {
                    var scores = random.floats(n)
                    if n > 9 { (scores[2], scores[5], scores[9]) = (.nan, -.infinity, .infinity) }
                    let bits = (0..<(n + 7) / 8 * 2 + 2).map { _ in UInt8.random(in: 0...255, using: &random) }
                    let allowed = bitmaps & 1 != 0 ? Array(bits[..<((n + 7) / 8 + 1)]) : nil
                    let excluded = bitmaps & 2 != 0 ? Array(bits[((n + 7) / 8 + 1)...]) : nil
                    let found = Self.collect(level, scores, threshold, allowed, excluded)
                    let expected = Self.collect(.scalar, scores, threshold, allowed, excluded)
                    #expect(found == expected, "length \(n), threshold \(threshold), bitmaps \(bitmaps)")
                    #expect(
                        level.table.count_above(n, scores, threshold) == scores.count { $0 > threshold },
                        "length \(n), threshold \(threshold)")
                }
            }
        }
    }

    /// Indices and scores; one more value than asked for would show as a count.
    static func collect(
        _ level: Level, _ scores: [Float], _ threshold: Float, _ allowed: [UInt8]?, _ excluded: [UInt8]?
    ) -> [[Float]] {
        var out = [Float](repeating: -9, count: scores.count + 1)
        var indices = [UInt32](repeating: 77, count: scores.count + 1)
        let count = (allowed ?? []).withUnsafeBufferPointer { first in
            (excluded ?? []).withUnsafeBufferPointer { second in
                level.table.collect(
                    scores.count, scores, threshold, 1_000, allowed == nil ? nil : first.baseAddress,
                    excluded == nil ? nil : second.baseAddress, &out, &indices)
            }
        }
        let guarded = out[scores.count] == -9 && indices[scores.count] == 77
        return [out[..<count].map { $0 }, indices[..<count].map { Float($0) }, [Float(count), guarded ? 1 : 0]]
    }

    @Test("A step of MMR is the same at every level", arguments: Level.available)
    func mmr(level: Level) {
        var random = SeededGenerator(seed: 14)
        for n in Self.lengths where n > 0 {
            for lambda in [0, 0.4, 1] as [Float] {
                // Few distinct values, so that there are ties.
                let relevance = random.floats(n).map { ($0 * 3).rounded() / 3 }
                var similarity = random.floats(n).map { ($0 * 3).rounded() / 3 }
                if n > 4 { similarity[3] = .nan }
                let maximum = random.floats(n).map { ($0 * 3).rounded() / 3 }
                var (found, expected) = (maximum, maximum)
                let pick = level.table.mmr_step(n, lambda, relevance, similarity, &found)
                let wanted = Level.scalar.table.mmr_step(n, lambda, relevance, similarity, &expected)
                #expect(pick == wanted && found == expected, "count \(n), lambda \(lambda)")
                let barred = [Float](repeating: -.infinity, count: n)
                #expect(level.table.mmr_step(n, lambda, barred, similarity, &found) == 0, "count \(n)")
            }
        }
    }
}
