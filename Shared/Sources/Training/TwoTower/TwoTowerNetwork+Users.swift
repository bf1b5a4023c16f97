import Kernels
import Models

extension TwoTowerNetwork {
    private func tokens(ofUser user: Int32) -> Range<Int> {
        tables.userTokenStarts[Int(user)]..<tables.userTokenStarts[Int(user) + 1]
    }

    /// The user tower over some samples: as `TwoTowerModel.encodeUsers` computes it.
    @unsafe
    func forwardUsers(_ batch: TwoTowerBatch, _ rows: Range<Int>, _ work: TwoTowerWorkspace) {
        let (width, hidden, first) = (shape.dimensions, shape.userHidden, rows.lowerBound)
        guard !rows.isEmpty else { return }
        for sample in rows { unsafe pool(sample, batch, work) }
        let inputs = unsafe work.userInputs.base + first * 3 * width
        let units = unsafe work.userHidden.base + first * hidden
        unsafe Kernels.unsafeGemmNT(
            m: rows.count, n: hidden, k: 3 * width, a: inputs, b: parameters.base + shape.userLayer1.offset, c: units,
            bias: parameters.base + shape.userBias1.offset, relu: true)
        let gates = unsafe parameters.base + shape.userGates.offset
        for sample in rows {
            let source = unsafe work.userInputs.base + sample * 3 * width
            let target = unsafe work.users.base + sample * width
            for place in 0..<width {
                unsafe target[place] =
                    gates[place] * source[place] + gates[width + place] * source[width + place]
                    + source[2 * width + place]
            }
        }
        unsafe Kernels.unsafeGemmNT(
            m: rows.count, n: width, k: hidden, a: units, b: parameters.base + shape.userLayer2.offset,
            c: work.users.base + first * width, accumulate: true)
        for sample in rows {
            unsafe work.userFactors.base[sample] = scale(work.users.base + sample * width, to: 1 / temperature)
        }
    }

    /// Long average, short average and constant part of a sample's user.
    @unsafe
    private func pool(_ sample: Int, _ batch: TwoTowerBatch, _ work: TwoTowerWorkspace) {
        let width = shape.dimensions
        let target = unsafe work.userInputs.base + sample * 3 * width
        unsafe target.update(repeating: 0, count: 2 * width)
        unsafe batch.withHistory(of: sample) { rows, long, short in
            unsafe Kernels.unsafePoolRows(
                rows, long, short, columns: width, of: work.locals.base, into: target, target + width)
        }
        let constant = unsafe target + 2 * width
        unsafe constant.update(from: parameters.base + shape.userConstant.offset, count: width)
        let tokens = tokens(ofUser: batch.users[sample])
        for place in tokens {
            let row = Int(tables.userTokenList[place])
            unsafe Kernels.unsafeAxpy(
                1 / Float(tokens.count), parameters.base + shape.userTokenEmbeddings.offset + row * width,
                into: constant, count: width)
        }
    }

    /// Softmax of each sample's target against the candidates: losses, the gradient of the users' vectors, and into the
    /// thread's part those of the candidates' vectors and biases (sums, not yet divided by the batch).
    @unsafe
    func contrast(
        _ batch: TwoTowerBatch, _ rows: Range<Int>, _ work: TwoTowerWorkspace, _ part: TwoTowerWorkspace.Part
    ) {
        let (width, columns) = (shape.dimensions, batch.candidateCount)
        let block = TwoTowerWorkspace.blockRows
        unsafe part.candidateGradients.base.update(repeating: 0, count: columns * width)
        unsafe part.biasGradients.base.update(repeating: 0, count: columns)
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: block) {
            let count = min(block, rows.upperBound - start)
            let users = unsafe work.users.base + start * width
            unsafe Kernels.unsafeGemmNT(
                m: count, n: columns, k: width, a: users, b: work.vectors.base, c: part.logits.base,
                bias: work.biases.base)
            for row in 0..<count {
                let logits = unsafe part.logits.base + row * columns
                for place in batch.maskStarts[start + row]..<batch.maskStarts[start + row + 1] {
                    unsafe logits[Int(batch.masked[place])] = -1e30
                }
                // The target is there for certain: its logit needs no correction.
                let target = Int(batch.targets[start + row])
                unsafe logits[target] += batch.logInclusion[target]
                unsafe work.losses.base[start + row] = -logits[target]
            }
            unsafe Kernels.unsafeSoftmaxRows(
                rows: count, columns: columns, part.logits.base, logSumExp: part.logSumExp.base)
            for row in 0..<count {
                unsafe work.losses.base[start + row] += part.logSumExp.base[row]
                unsafe part.logits.base[row * columns + Int(batch.targets[start + row])] -= 1
            }
            unsafe Kernels.unsafeGemmNN(
                m: count, n: width, k: columns, a: part.logits.base, b: work.vectors.base,
                c: work.outputGradients.base + start * width)
            unsafe Kernels.unsafeGemmTN(
                m: columns, n: width, k: count, a: part.logits.base, b: users, c: part.candidateGradients.base,
                accumulate: true)
            unsafe Kernels.unsafeAddColumnSums(
                rows: count, columns: columns, part.logits.base, into: part.biasGradients.base)
        }
    }

    /// Takes the gradients of some users' vectors back through the user tower.
    @unsafe
    func backwardUsers(
        _ batch: TwoTowerBatch, _ rows: Range<Int>, _ work: TwoTowerWorkspace, _ part: TwoTowerWorkspace.Part
    ) {
        let (width, hidden, first) = (shape.dimensions, shape.userHidden, rows.lowerBound)
        guard !rows.isEmpty else { return }
        let share = 1 / Float(batch.count)
        let outputs = unsafe work.outputGradients.base + first * width
        for sample in rows {
            let gradient = unsafe work.outputGradients.base + sample * width
            unsafe unscale(
                gradient, scaled: work.users.base + sample * width, factor: share * work.userFactors.base[sample],
                length: 1 / temperature)
        }
        let units = unsafe work.userHidden.base + first * hidden
        let inner = unsafe work.hiddenGradients.base + first * hidden
        let inputs = unsafe work.userInputs.base + first * 3 * width
        let inputGradients = unsafe work.userInputGradients.base + first * 3 * width
        let layers = unsafe part.layers.base - shape.itemLayer1.offset
        unsafe Kernels.unsafeGemmTN(
            m: width, n: hidden, k: rows.count, a: outputs, b: units, c: layers + shape.userLayer2.offset,
            accumulate: true)
        unsafe Kernels.unsafeGemmNN(
            m: rows.count, n: hidden, k: width, a: outputs, b: parameters.base + shape.userLayer2.offset,
            c: inner)
        unsafe Kernels.unsafeReluGradient(count: rows.count * hidden, output: units, gradient: inner)
        unsafe Kernels.unsafeGemmTN(
            m: hidden, n: 3 * width, k: rows.count, a: inner, b: inputs, c: layers + shape.userLayer1.offset,
            accumulate: true)
        unsafe Kernels.unsafeAddColumnSums(
            rows: rows.count, columns: hidden, inner, into: layers + shape.userBias1.offset)
        unsafe Kernels.unsafeGemmNN(
            m: rows.count, n: 3 * width, k: hidden, a: inner, b: parameters.base + shape.userLayer1.offset,
            c: inputGradients)
        for sample in rows { unsafe backwardResidual(sample, batch, work, layers) }
    }

    /// The residual path of a sample, its constant part and its user's tokens.
    @unsafe
    private func backwardResidual(
        _ sample: Int, _ batch: TwoTowerBatch, _ work: TwoTowerWorkspace, _ layers: UnsafeMutablePointer<Float>
    ) {
        let width = shape.dimensions
        let gates = unsafe parameters.base + shape.userGates.offset
        let gateGradients = unsafe layers + shape.userGates.offset
        let source = unsafe work.userInputs.base + sample * 3 * width
        let output = unsafe work.outputGradients.base + sample * width
        let input = unsafe work.userInputGradients.base + sample * 3 * width
        for place in 0..<width {
            let gradient = unsafe output[place]
            unsafe gateGradients[place] += gradient * source[place]
            unsafe gateGradients[width + place] += gradient * source[width + place]
            unsafe input[place] += gates[place] * gradient
            unsafe input[width + place] += gates[width + place] * gradient
            unsafe input[2 * width + place] += gradient
        }
        let constant = unsafe input + 2 * width
        unsafe Kernels.unsafeAxpy(1, constant, into: layers + shape.userConstant.offset, count: width)
        let tokens = tokens(ofUser: batch.users[sample])
        for place in tokens {
            let row = Int(tables.userTokenList[place])
            unsafe Kernels.unsafeAxpy(
                1 / Float(tokens.count), constant, into: layers + shape.userTokenEmbeddings.offset + row * width,
                count: width)
        }
    }
}
