import CKernels
import Kernels
import Testing

@Suite struct KernelsTests {
    @Test("The kernels in use are those of a level that this machine has, and pass their own check")
    func selfCheck() throws {
        #expect(Level.available.map(\.name).contains(Kernels.level))
        try Kernels.selfCheck()
    }

    @Test("A mismatch says what to do")
    func mismatch() {
        let text = KernelMismatch(level: "avx2", kernel: "dot").description
        #expect(text.contains("dot") && text.contains("avx2") && text.contains("CASCADE_KERNELS"))
    }

    @Test("Products of spans: [1 2; 3 4] in each form")
    func products() {
        let a: [Float] = [1, 2, 3, 4]
        let b: [Float] = [5, 6, 7, 8]
        var c: [Float] = [0, 0, 0, 0]
        var span = c.mutableSpan
        Kernels.gemmNN(m: 2, n: 2, k: 2, a: a.span, b: b.span, c: &span)
        #expect(c == [19, 22, 43, 50])
        span = c.mutableSpan
        Kernels.gemmNT(m: 2, n: 2, k: 2, a: a.span, b: b.span, c: &span)
        #expect(c == [17, 23, 39, 53])
        span = c.mutableSpan
        Kernels.gemmTN(m: 2, n: 2, k: 2, a: a.span, b: b.span, c: &span)
        #expect(c == [26, 30, 38, 44])
        span = c.mutableSpan
        Kernels.gemmNN(
            m: 2, n: 2, k: 2, a: a.span, b: b.span, c: &span, bias: [-100, 0].span, relu: true, accumulate: true)
        #expect(c == [0, 52, 0, 94])
    }

    @Test("Vectors and rows")
    func vectors() {
        let x: [Float] = [3, 4]
        var y: [Float] = [1, 1]
        #expect(Kernels.dot(x.span, y.span) == 7 && Kernels.sumOfSquares(x.span) == 25)
        var span = y.mutableSpan
        Kernels.axpy(2, x.span, into: &span)
        #expect(y == [7, 9])
        y = x
        span = y.mutableSpan
        #expect(Kernels.normalise(&span) == 5)
        #expect(abs(y[0] - 0.6) < 1e-6 && abs(y[1] - 0.8) < 1e-6)
        span = y.mutableSpan
        Kernels.reluGradient(output: [0, 1].span, gradient: &span)
        #expect(y[0] == 0 && y[1] != 0)
        y = [0, 0]
        span = y.mutableSpan
        Kernels.exp(&span)
        #expect(y == [1, 1])
        var lse: [Float] = [0]
        var sums = lse.mutableSpan
        span = y.mutableSpan
        Kernels.softmaxRows(rows: 1, columns: 2, &span, logSumExp: &sums)
        #expect(y == [0.5, 0.5] && abs(lse[0] - 1.693147) < 1e-5)
        var total: [Float] = [1]
        sums = total.mutableSpan
        Kernels.addColumnSums(rows: 2, columns: 1, x.span, into: &sums)
        #expect(total == [8])
    }

    @Test("The first Adam step moves by the rate, whatever the gradient's size")
    func adam() {
        var p: [Float] = [1, 1]
        var m: [Float] = [0, 0]
        var v: [Float] = [0, 0]
        var ps = p.mutableSpan
        var ms = m.mutableSpan
        var vs = v.mutableSpan
        Kernels.adamStep(
            parameters: &ps, gradients: [1e-3, -50].span, first: &ms, second: &vs,
            settings: AdamSettings(rate: 0.1, step: 1))
        #expect(abs(p[0] - 0.9) < 1e-4 && abs(p[1] - 1.1) < 1e-4)
        let settings = AdamSettings(rate: 0.1, step: 3, beta1: 0.5, beta2: 0.75)
        #expect(abs(settings.correction1 - 1 / 0.875) < 1e-6 && abs(settings.correction2 - 1 / (1 - 0.421875)) < 1e-6)
    }
}
