/// Layers one behind the other: bytes go in, floats come out.
struct PackedNetwork: Sendable {
    private let layers: [PackedLayer]
    /// Bytes that rows of inputs and of every layer in between take, at most; a multiple of 16.
    let stride: Int
    let outputs: Int
    /// Bytes that its layers take.
    var byteCount: Int { layers.reduce(0) { $0 + $1.byteCount } }

    /// - Parameters:
    ///   - inputs: the bytes that go into the first of the layers.
    ///   - limits: for each layer but the last, what its ReLU gives at most.
    init(_ layers: ArraySlice<DenseLayer>, from inputs: Activations, limits: ArraySlice<Float>) {
        precondition(limits.count == layers.count - 1, "a limit is needed for each layer but the last")
        var (packed, from): ([PackedLayer], Activations) = ([], inputs)
        for (layer, limit) in zip(layers, limits) {
            let to = Activations(limit: limit)
            packed.append(PackedLayer(layer, from: from, to: .bytes(to)))
            from = to
        }
        for (layer, next) in zip(layers, layers.dropFirst()) {
            precondition(layer.outputs == next.inputs, "a layer's outputs are not the next one's inputs")
        }
        packed.append(PackedLayer(layers[layers.endIndex - 1], from: from, to: .floats))
        self.layers = packed
        outputs = packed[packed.count - 1].outputs
        let widest = packed.map { max($0.inputStride, $0.outputStride) }.reduce(0, max)
        stride = (widest + Kernels.blockRows - 1) / Kernels.blockRows * Kernels.blockRows
    }

    /// Takes rows that lie in the scratch's first half through the layers.
    func unsafeApply(rows: Int, scratch: borrowing NetworkScratch, into y: UnsafeMutablePointer<Float>) {
        var (from, to) = unsafe (scratch.first, scratch.second)
        for layer in layers.dropLast() {
            unsafe layer.unsafeApply(rows: rows, from, stride: stride, into: to, stride: stride)
            unsafe swap(&from, &to)
        }
        unsafe layers[layers.count - 1].unsafeApply(rows: rows, from, stride: stride, into: y)
    }
}
