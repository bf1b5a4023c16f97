import CKernels
import Testing

@Suite struct DenseGroupTests {
    @Test(
        "What goes together in 16 bits never overflows them, and nothing is lost",
        arguments: PackedWeights.Kind.allCases)
    func groups(kind: PackedWeights.Kind) {
        var random = SeededGenerator(seed: 30)
        for (inputs, outputs) in DenseKernelTests.shapes {
            let layer = PackedWeights(inputs: inputs, outputs: outputs, kind, using: &random)
            let groups = inputs / 4
            for block in 0..<(outputs + 15) / 16 {
                let order = layer.order[block * groups..<(block + 1) * groups].map { Int($0) }
                #expect(order.sorted() == (0..<groups).map { 4 * $0 }, "every group once")
                let runs = layer.runs[block * 3..<block * 3 + 3].map { Int($0) }
                #expect(3 * runs[0] + 2 * runs[1] + runs[2] == groups)
                var (place, fits) = (0, true)
                for (together, count) in zip([3, 2, 1], runs) {
                    for _ in 0..<count {
                        let chosen = order[place..<place + together]
                        place += together
                        for output in block * 16..<min(block * 16 + 16, outputs) {
                            for pair in [0, 2] {
                                var (highest, lowest) = (0, 0)
                                for first in chosen {
                                    for i in first + pair...first + pair + 1 {
                                        let product = 127 * Int(layer.weights[output * inputs + i])
                                        highest += max(product, 0)
                                        lowest += min(product, 0)
                                    }
                                }
                                fits = fits && highest <= 32_767 && lowest >= -32_768
                            }
                        }
                    }
                }
                #expect(fits, "\(inputs)×\(outputs)")
            }
        }
    }

    @Test("Weights as training leaves them go three together, or two")
    func effective() {
        var random = SeededGenerator(seed: 31)
        let layer = PackedWeights(inputs: 128, outputs: 64, .bell, using: &random)
        for block in 0..<4 {
            #expect(layer.runs[block * 3] >= 8 && layer.runs[block * 3 + 2] <= 1)
        }
    }
}
