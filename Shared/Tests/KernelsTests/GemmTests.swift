import CKernels
import Testing

@Suite struct GemmTests {
    struct Case {
        var form: Int
        var (m, n, k) = (0, 0, 0)
        var flags = 0
        var hasBias = false
        var gap = 0
    }

    static func check(_ level: Level, _ test: Case, _ random: inout SeededGenerator) -> Bool {
        let (m, n, k) = (test.m, test.n, test.k)
        let isTN = test.form == CK_TN
        let isNT = test.form == CK_NT
        let lda = (isTN ? m : k) + test.gap
        let ldb = (isNT ? k : n) + test.gap
        let ldc = n + test.gap
        let a = random.floats((isTN ? k : m) * lda)
        let b = random.floats((isNT ? n : k) * ldb)
        let c = random.floats(m * ldc)
        let bias = random.floats(n)
        var found = c
        bias.withUnsafeBufferPointer { bias in
            level.table.gemm(
                Int32(test.form), m, n, k, a, lda, b, ldb, &found, ldc, test.hasBias ? bias.baseAddress : nil,
                Int32(test.flags))
        }
        for i in 0..<m {
            for j in 0..<ldc {
                var sum = 0.0
                if j >= n {
                    guard found[i * ldc + j] == c[i * ldc + j] else { return false }
                    continue
                }
                for p in 0..<k {
                    sum +=
                        Double(isTN ? a[p * lda + i] : a[i * lda + p]) * Double(isNT ? b[j * ldb + p] : b[p * ldb + j])
                }
                if test.flags & CK_ACCUMULATE != 0 { sum += Double(c[i * ldc + j]) }
                if test.hasBias { sum += Double(bias[j]) }
                if test.flags & CK_RELU != 0 { sum = max(sum, 0) }
                guard abs(Double(found[i * ldc + j]) - sum) <= 1e-6 * Double(k + 4) else { return false }
            }
        }
        return true
    }

    @Test("A steady row is the same whatever the number of rows", arguments: Level.available)
    func steadyRows(level: Level) {
        var random = SeededGenerator(seed: 16)
        let (m, n) = (30, 33)
        for k in [1, 16, 64, 100, 300] {
            let (a, b, before) = (random.floats(m * k), random.floats(n * k), random.floats(m * n))
            for flags in [CK_STEADY, CK_STEADY | CK_RELU, CK_STEADY | CK_ACCUMULATE] {
                var together = before
                level.table.gemm(Int32(CK_NT), m, n, k, a, k, b, k, &together, n, nil, Int32(flags))
                for rows in 1...13 {
                    var alone = Array(before[..<(rows * n)])
                    level.table.gemm(Int32(CK_NT), rows, n, k, a, k, b, k, &alone, n, nil, Int32(flags))
                    #expect(alone[...] == together[..<(rows * n)], "\(rows) rows, k \(k), flags \(flags)")
                }
            }
        }
    }

    @Test("Every remainder of a tile", arguments: Level.available)
    func remainders(level: Level) {
        var random = SeededGenerator(seed: 6)
        for form in [CK_NT, CK_NN, CK_TN] {
            for m in [1, 2, 3, 4, 5, 6, 7, 11, 12, 13] {
                for n in [1, 7, 8, 9, 15, 16, 17, 31, 33] {
                    let test = Case(form: form, m: m, n: n, k: 1 + (m * n) % 19, gap: m % 3)
                    #expect(Self.check(level, test, &random), "\(test)")
                }
            }
        }
    }

    @Test("Bias, rectifier, accumulation, and several passes along k", arguments: Level.available)
    func options(level: Level) {
        var random = SeededGenerator(seed: 7)
        for form in [CK_NT, CK_NN, CK_TN] {
            for flags in [0, CK_ACCUMULATE, CK_RELU, CK_ACCUMULATE | CK_RELU] {
                for hasBias in [false, true] {
                    for (m, n, k) in [(3, 18, 9), (7, 18, 9), (7, 18, 300), (13, 3, 513), (5, 5, 0), (2, 5, 0)] {
                        let test = Case(form: form, m: m, n: n, k: k, flags: flags, hasBias: hasBias)
                        #expect(Self.check(level, test, &random), "\(test)")
                    }
                }
            }
        }
    }

    @Test("More columns than are packed at a time, more rows than a block", arguments: Level.available)
    func blocks(level: Level) {
        var random = SeededGenerator(seed: 8)
        for form in [CK_NT, CK_NN, CK_TN] {
            for (m, n, k) in [(6, 300, 256), (160, 17, 5), (1, 1030, 64)] {
                let test = Case(form: form, m: m, n: n, k: k)
                #expect(Self.check(level, test, &random), "\(test)")
            }
        }
    }

    @Test("Nothing in, nothing out", arguments: Level.available)
    func empty(level: Level) {
        for form in [CK_NT, CK_NN, CK_TN] {
            for (m, n) in [(0, 5), (5, 0), (0, 0)] {
                level.table.gemm(Int32(form), m, n, 4, nil, 4, nil, 4, nil, 4, nil, 0)
            }
        }
    }
}
