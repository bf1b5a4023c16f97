import Kernels

/// Memory of a ``ClickNetwork``'s passes over at most `rows` rows.
@safe
struct ClickWorkspace {
    /// rows × width: the deep part's input, the same behind drop-out, what that multiplied with, and the gradient.
    let inputs: FloatBuffer
    let dropped: FloatBuffer
    private let masks: FloatBuffer
    let inputGradients: FloatBuffer
    /// rows × factors.
    let sums: FloatBuffer
    let logits: FloatBuffer
    let slopes: FloatBuffer
    let hidden: [FloatBuffer]
    let hiddenGradients: [FloatBuffer]

    init(shape: ClickNetworkShape, rows: Int) {
        let deep = shape.layers.isEmpty ? 0 : rows * shape.width
        inputs = FloatBuffer(count: rows * shape.width)
        dropped = FloatBuffer(count: deep)
        masks = FloatBuffer(count: deep)
        inputGradients = FloatBuffer(count: deep)
        sums = FloatBuffer(count: rows * shape.factors)
        logits = FloatBuffer(count: rows)
        slopes = FloatBuffer(count: rows)
        hidden = shape.layers.map { FloatBuffer(count: rows * $0.outputs) }
        hiddenGradients = shape.layers.map { FloatBuffer(count: rows * $0.outputs) }
    }

    /// Leaves out a share of the inputs and enlarges the others accordingly (Srivastava et al., JMLR 2014).
    @unsafe
    func drop(rows: Int, width: Int, share: Float, _ random: inout RandomSource) {
        let (kept, limit) = (1 / (1 - share), UInt64(share * 65536))
        var (bits, left): (UInt64, Int) = (0, 0)
        for place in 0..<rows * width {
            if left == 0 { (bits, left) = (random.next(), 4) }
            let mask = bits & 0xFFFF < limit ? 0 : kept
            bits >>= 16
            left -= 1
            unsafe masks.base[place] = mask
            unsafe dropped.base[place] = mask * inputs.base[place]
        }
    }

    /// Takes the inputs as they are.
    @unsafe
    func keepAll(rows: Int, width: Int) { unsafe dropped.base.update(from: inputs.base, count: rows * width) }

    /// The gradient in front of drop-out.
    @unsafe
    func maskGradients(rows: Int, width: Int) {
        for place in 0..<rows * width { unsafe inputGradients.base[place] *= masks.base[place] }
    }
}
