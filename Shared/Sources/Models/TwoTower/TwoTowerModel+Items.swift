import Kernels

extension TwoTowerModel {
    /// Runs the item tower over a batch. An item comes to the same alone as among others, to the bit.
    ///
    /// - Parameters:
    ///   - inputs: `items.count × dimensions`: embeddings before the tower, which the user tower pools.
    ///   - vectors: `items.count × dimensions`, rows of length 1 (zeros for an item of which nothing is known).
    ///   - biases: one a row.
    public func encodeItems(
        _ items: [ItemInput], inputs: inout MutableSpan<Float>, vectors: inout MutableSpan<Float>,
        biases: inout MutableSpan<Float>
    ) {
        let width = dimensions
        precondition(
            inputs.count == items.count * width && vectors.count == inputs.count && biases.count == items.count,
            "outputs of another size")
        guard !items.isEmpty else { return }
        var hidden = [Float](repeating: 0, count: items.count * shape.itemHidden)
        unsafe parameters.withUnsafeBufferPointer { parameters in
            unsafe inputs.withUnsafeMutableBufferPointer { inputs in
                unsafe vectors.withUnsafeMutableBufferPointer { vectors in
                    unsafe hidden.withUnsafeMutableBufferPointer { hidden in
                        guard let parameters = parameters.baseAddress, let inputs = inputs.baseAddress,
                            let vectors = vectors.baseAddress, let hidden = hidden.baseAddress
                        else { return }
                        for (place, item) in items.enumerated() {
                            biases[place] = unsafe embed(item, from: parameters, into: inputs + place * width)
                        }
                        unsafe itemTower(
                            items.count, parameters: parameters, inputs: inputs, hidden: hidden, vectors: vectors)
                    }
                }
            }
        }
    }

    /// Writes an item's embedding and returns its bias.
    @unsafe
    private func embed(
        _ item: ItemInput, from parameters: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
    ) -> Float {
        let width = dimensions
        unsafe output.update(repeating: 0, count: width)
        var bias: Float = 0
        if !item.tokens.isEmpty {
            let share = 1 / Float(item.tokens.count)
            for token in item.tokens {
                let source = unsafe parameters + shape.tokenEmbeddings.offset + Int(token) * width
                unsafe Kernels.unsafeAxpy(share, source, into: output, count: width)
                bias += unsafe share * parameters[shape.tokenBiases.offset + Int(token)]
            }
        }
        if let row = item.row {
            let source = unsafe parameters + shape.itemEmbeddings.offset + Int(row) * width
            unsafe Kernels.unsafeAxpy(1, source, into: output, count: width)
            bias += unsafe parameters[shape.itemBiases.offset + Int(row)]
        }
        return bias
    }

    @unsafe
    private func itemTower(
        _ count: Int, parameters: UnsafePointer<Float>, inputs: UnsafePointer<Float>,
        hidden: UnsafeMutablePointer<Float>, vectors: UnsafeMutablePointer<Float>
    ) {
        let width = dimensions
        unsafe Kernels.unsafeGemmNT(
            m: count, n: shape.itemHidden, k: width, a: inputs, b: parameters + shape.itemLayer1.offset, c: hidden,
            bias: parameters + shape.itemBias1.offset, relu: true, steady: true)
        unsafe vectors.update(from: inputs, count: count * width)
        unsafe Kernels.unsafeGemmNT(
            m: count, n: width, k: shape.itemHidden, a: hidden, b: parameters + shape.itemLayer2.offset, c: vectors,
            accumulate: true, steady: true)
        for row in 0..<count { unsafe scaleToLength(1, vectors + row * width, count: width) }
    }
}

/// Scales a vector to a length, unless it is as good as zero. Returns the factor.
@unsafe @discardableResult
func scaleToLength(_ length: Float, _ vector: UnsafeMutablePointer<Float>, count: Int) -> Float {
    let norm = unsafe Kernels.unsafeDot(vector, vector, count: count).squareRoot()
    guard norm > 1e-12 else { return 0 }
    let factor = length / norm
    for place in 0..<count { unsafe vector[place] *= factor }
    return factor
}
