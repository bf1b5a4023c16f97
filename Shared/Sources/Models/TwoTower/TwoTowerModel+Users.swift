public import Domain
import Kernels

extension TwoTowerModel {
    /// Runs the user tower over a batch of users.
    ///
    /// - Parameters:
    ///   - items: the catalogue's vectors; entries of items beyond them are left out.
    ///   - output: `users.count × dimensions`: vectors of length 1 / temperature, whose dot product with an item's vector,
    ///     plus its bias, is the score.
    public func encodeUsers(
        _ users: [UserState], items: ItemVectors, into output: inout MutableSpan<Float>,
        scratch: inout TwoTowerScratch
    ) {
        precondition(output.count == users.count * dimensions, "an output of another size")
        guard !users.isEmpty else { return }
        scratch.prepare(users: users.count, shape: shape)
        for (place, user) in users.enumerated() {
            let entries = pooling.entries(of: user)
            pool(entries.span, attributes: user.attributes, items: items, place: place, scratch: &scratch)
        }
        userTower(users.count, into: &output, scratch: &scratch)
    }

    /// The same for one user whose history is given without a state, in time order.
    public func encodeUser(
        history: Span<HistoryEntry>, attributes: [String], items: ItemVectors, into output: inout MutableSpan<Float>,
        scratch: inout TwoTowerScratch
    ) {
        precondition(output.count == dimensions, "an output of another size")
        scratch.prepare(users: 1, shape: shape)
        pool(history, attributes: attributes, items: items, place: 0, scratch: &scratch)
        userTower(1, into: &output, scratch: &scratch)
    }

    /// Writes long average, short average and constant part of a user into row `place` of the scratch.
    private func pool(
        _ history: Span<HistoryEntry>, attributes: [String], items: ItemVectors, place: Int,
        scratch: inout TwoTowerScratch
    ) {
        let width = dimensions
        pooling.write(of: history, into: &scratch.weights)
        let weights = scratch.weights
        let count = weights.count
        let start = history.count - count
        let rows = attributes.isEmpty ? [] : userTokens.rows(of: attributes)
        unsafe scratch.inputs.withUnsafeMutableBufferPointer { inputs in
            guard let base = inputs.baseAddress else { return }
            let row = unsafe base + place * 3 * width
            unsafe row.update(repeating: 0, count: 2 * width)
            for index in 0..<count {
                let item = Int(history[start + index].item)
                guard item < items.count else { continue }
                let source = unsafe items.inputs.base(of: item)
                unsafe Kernels.unsafeAxpy(weights.long[index], source, into: row, count: width)
                unsafe Kernels.unsafeAxpy(weights.short[index], source, into: row + width, count: width)
            }
            unsafe parameters.withUnsafeBufferPointer { parameters in
                guard let parameters = parameters.baseAddress else { return }
                let constant = unsafe row + 2 * width
                unsafe constant.update(from: parameters + shape.userConstant.offset, count: width)
                for token in rows {
                    unsafe Kernels.unsafeAxpy(
                        1 / Float(rows.count), parameters + shape.userTokenEmbeddings.offset + Int(token) * width,
                        into: constant, count: width)
                }
            }
        }
    }

    private func userTower(_ count: Int, into output: inout MutableSpan<Float>, scratch: inout TwoTowerScratch) {
        let width = dimensions
        unsafe parameters.withUnsafeBufferPointer { parameters in
            unsafe scratch.inputs.withUnsafeMutableBufferPointer { inputs in
                unsafe scratch.hidden.withUnsafeMutableBufferPointer { hidden in
                    unsafe output.withUnsafeMutableBufferPointer { output in
                        guard let parameters = parameters.baseAddress, let inputs = inputs.baseAddress,
                            let hidden = hidden.baseAddress, let output = output.baseAddress
                        else { return }
                        unsafe Kernels.unsafeGemmNT(
                            m: count, n: shape.userHidden, k: 3 * width, a: inputs,
                            b: parameters + shape.userLayer1.offset, c: hidden,
                            bias: parameters + shape.userBias1.offset, relu: true)
                        let gates = unsafe parameters + shape.userGates.offset
                        for row in 0..<count {
                            let source = unsafe inputs + row * 3 * width
                            let target = unsafe output + row * width
                            for place in 0..<width {
                                unsafe target[place] =
                                    gates[place] * source[place] + gates[width + place] * source[width + place]
                                    + source[2 * width + place]
                            }
                        }
                        unsafe Kernels.unsafeGemmNT(
                            m: count, n: width, k: shape.userHidden, a: hidden,
                            b: parameters + shape.userLayer2.offset, c: output, accumulate: true)
                        for row in 0..<count {
                            unsafe scaleToLength(1 / temperature, output + row * width, count: width)
                        }
                    }
                }
            }
        }
    }
}
