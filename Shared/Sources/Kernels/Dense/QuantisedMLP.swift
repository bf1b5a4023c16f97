import CKernels

/// A network of dense layers in int8, with ReLU between them: rows of floats go in, floats come out.
///
/// Weights are int8 with a scale an output, activations bytes in [0, 127] (``Activations``), sums exact in 32 bits: the
/// scores are the same bits on every machine, whatever rows are scored together. After Jacob et al., "Quantization and
/// Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", CVPR 2018, §2, with a float factor.
public struct QuantisedMLP: Sendable {
    /// Floats a row that go in.
    public let inputs: Int
    /// Floats a row that come out.
    public var outputs: Int { network.outputs }
    private let network: PackedNetwork
    private let activations: Activations

    /// Quantises a network; `calibration` holds a limit for each layer but the last.
    public init(layers: [DenseLayer], calibration: Calibration) {
        inputs = layers[0].inputs
        activations = Activations(calibration.inputs)
        network = PackedNetwork(layers[...], from: activations, limits: calibration.limits[...])
    }

    /// Scores `rows` rows of ``inputs`` values into `rows` rows of ``outputs``. O(rows · parameters), without allocation
    /// once the scratch has grown.
    public func score(
        rows: Int, _ x: Span<Float>, into scores: inout MutableSpan<Float>, scratch: inout NetworkScratch
    ) {
        precondition(x.count == rows * inputs && scores.count == rows * outputs, "matrix sizes do not fit")
        guard rows > 0 else { return }
        scratch.reserve(stride: network.stride, width: 0)
        unsafe x.withUnsafeBufferPointer { x in
            unsafe scores.withUnsafeMutableBufferPointer { scores in
                for start in stride(from: 0, to: rows, by: NetworkScratch.panel) {
                    let count = min(NetworkScratch.panel, rows - start)
                    unsafe Kernels.table.pointee.quantise_u8(
                        count, inputs, x.baseAddress! + start * inputs, inputs, 1 / activations.scale,
                        Float(activations.zero), scratch.first, network.stride)
                    unsafe network.unsafeApply(
                        rows: count, scratch: scratch, into: scores.baseAddress! + start * outputs)
                }
            }
        }
    }
}
