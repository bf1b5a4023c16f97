import Kernels
import Models

extension TwoTowerNetwork {
    /// The row of a local item's own embedding, none when it goes without in this step.
    private func row(of local: Int, _ batch: TwoTowerBatch) -> Int? {
        let row = tables.rowOfItem[Int(batch.items[local])]
        return row < 0 || batch.isDropped[local] ? nil : Int(row)
    }

    private func tokens(of local: Int, _ batch: TwoTowerBatch) -> Range<Int> {
        let item = Int(batch.items[local])
        return tables.tokenStarts[item]..<tables.tokenStarts[item + 1]
    }

    /// Has an item's own row of the embeddings, or of their gradients, fetched before it is its turn.
    @unsafe
    private func prefetch(_ table: FloatBuffer, of local: Int, _ batch: TwoTowerBatch) {
        guard local < batch.items.count, let row = row(of: local, batch) else { return }
        let width = shape.dimensions
        unsafe Kernels.unsafePrefetch(table.base + shape.itemEmbeddings.offset + row * width, count: width)
    }

    /// Writes a local item's embedding and, for a candidate, its corrected bias.
    @unsafe
    func embed(_ local: Int, _ batch: TwoTowerBatch, _ work: TwoTowerWorkspace) {
        unsafe prefetch(parameters, of: local + Kernels.rowsAhead, batch)
        let width = shape.dimensions
        let target = unsafe work.locals.base + local * width
        unsafe target.update(repeating: 0, count: width)
        var bias: Float = 0
        unsafe tables.withTokens(of: Int(batch.items[local])) { tokens, shares in
            unsafe Kernels.unsafePoolRows(
                tokens, shares, columns: width, of: parameters.base + shape.tokenEmbeddings.offset, into: target)
            guard local < batch.candidateCount else { return }
            for place in tokens.indices {
                bias += unsafe shares[place] * parameters.base[shape.tokenBiases.offset + Int(tokens[place])]
            }
        }
        if let row = row(of: local, batch) {
            unsafe Kernels.unsafeAxpy(
                1, parameters.base + shape.itemEmbeddings.offset + row * width, into: target, count: width)
            bias += unsafe parameters.base[shape.itemBiases.offset + row]
        }
        if local < batch.candidateCount { unsafe work.biases.base[local] = bias - batch.logInclusion[local] }
    }

    /// The item tower over some candidates.
    @unsafe
    func itemTower(_ rows: Range<Int>, _ work: TwoTowerWorkspace) {
        let (width, hidden) = (shape.dimensions, shape.itemHidden)
        guard !rows.isEmpty else { return }
        let inputs = unsafe work.locals.base + rows.lowerBound * width
        let units = unsafe work.itemHidden.base + rows.lowerBound * hidden
        let vectors = unsafe work.vectors.base + rows.lowerBound * width
        unsafe Kernels.unsafeGemmNT(
            m: rows.count, n: hidden, k: width, a: inputs, b: parameters.base + shape.itemLayer1.offset, c: units,
            bias: parameters.base + shape.itemBias1.offset, relu: true)
        unsafe vectors.update(from: inputs, count: rows.count * width)
        unsafe Kernels.unsafeGemmNT(
            m: rows.count, n: width, k: hidden, a: units, b: parameters.base + shape.itemLayer2.offset, c: vectors,
            accumulate: true)
        for row in rows {
            unsafe work.vectorFactors.base[row] = scale(work.vectors.base + row * width, to: 1)
        }
    }

    /// Scales a vector of ``TwoTowerShape/dimensions`` to a length and returns the factor, 0 for a vector of zeros.
    @unsafe
    func scale(_ vector: UnsafeMutablePointer<Float>, to length: Float) -> Float {
        let norm = unsafe Kernels.unsafeDot(vector, vector, count: shape.dimensions).squareRoot()
        guard norm > 1e-12 else { return 0 }
        let factor = length / norm
        for place in 0..<shape.dimensions { unsafe vector[place] *= factor }
        return factor
    }

    /// The gradient with respect to a vector before it was scaled to `length`: g ← factor·(g − y(y·g)/length²).
    @unsafe
    func unscale(
        _ gradient: UnsafeMutablePointer<Float>, scaled: UnsafePointer<Float>, factor: Float, length: Float
    ) {
        let along = unsafe Kernels.unsafeDot(gradient, scaled, count: shape.dimensions) / (length * length)
        for place in 0..<shape.dimensions {
            unsafe gradient[place] = factor * (gradient[place] - along * scaled[place])
        }
    }

    /// Sums the threads' gradients of some candidates' vectors and takes them back through the item tower, into the rows
    /// of `localGradients`; the layers' own gradients go to the thread's part.
    @unsafe
    func backwardItems(
        _ batch: TwoTowerBatch, _ rows: Range<Int>, _ work: TwoTowerWorkspace, _ part: TwoTowerWorkspace.Part
    ) {
        let (width, hidden, first) = (shape.dimensions, shape.itemHidden, rows.lowerBound)
        guard !rows.isEmpty else { return }
        let outputs = unsafe work.localGradients.base + first * width
        let share = 1 / Float(batch.count)
        unsafe outputs.update(repeating: 0, count: rows.count * width)
        for part in work.parts {
            unsafe Kernels.unsafeAxpy(
                share, part.candidateGradients.base + first * width, into: outputs, count: rows.count * width)
        }
        for row in rows {
            unsafe unscale(
                work.localGradients.base + row * width, scaled: work.vectors.base + row * width,
                factor: work.vectorFactors.base[row], length: 1)
        }
        let units = unsafe work.itemHidden.base + first * hidden
        let inner = unsafe work.hiddenGradients.base + first * hidden
        let layers = unsafe part.layers.base - shape.itemLayer1.offset
        unsafe Kernels.unsafeGemmTN(
            m: width, n: hidden, k: rows.count, a: outputs, b: units, c: layers + shape.itemLayer2.offset,
            accumulate: true)
        unsafe Kernels.unsafeGemmNN(
            m: rows.count, n: hidden, k: width, a: outputs, b: parameters.base + shape.itemLayer2.offset, c: inner)
        unsafe Kernels.unsafeReluGradient(count: rows.count * hidden, output: units, gradient: inner)
        unsafe Kernels.unsafeGemmTN(
            m: hidden, n: width, k: rows.count, a: inner, b: work.locals.base + first * width,
            c: layers + shape.itemLayer1.offset, accumulate: true)
        unsafe Kernels.unsafeAddColumnSums(
            rows: rows.count, columns: hidden, inner, into: layers + shape.itemBias1.offset)
        unsafe Kernels.unsafeGemmNN(
            m: rows.count, n: width, k: hidden, a: inner, b: parameters.base + shape.itemLayer1.offset, c: outputs,
            accumulate: true)
    }

    /// Adds what histories say to the local items' gradients, and these to the embeddings', for some dimensions.
    @unsafe
    func scatter(_ batch: TwoTowerBatch, _ dimensions: Range<Int>, _ work: TwoTowerWorkspace) {
        let (width, first, count) = (shape.dimensions, dimensions.lowerBound, dimensions.count)
        let locals = unsafe work.localGradients.base + first
        for local in batch.candidateCount..<max(batch.candidateCount, batch.items.count) {
            unsafe (locals + local * width).update(repeating: 0, count: count)
        }
        for sample in 0..<batch.count {
            let inputs = unsafe work.userInputGradients.base + sample * 3 * width + first
            unsafe batch.withHistory(of: sample) { rows, long, short in
                unsafe Kernels.unsafeSpreadRows(
                    rows, long, short, columns: count, first: inputs, inputs + width, into: locals, stride: width)
            }
        }
        for local in batch.items.indices {
            unsafe prefetch(gradients, of: local + Kernels.rowsAhead, batch)
            let source = unsafe locals + local * width
            if let row = row(of: local, batch) {
                unsafe Kernels.unsafeAxpy(
                    1, source, into: gradients.base + shape.itemEmbeddings.offset + row * width + first, count: count)
            }
            let tokenGradients = unsafe gradients.base + shape.tokenEmbeddings.offset + first
            unsafe tables.withTokens(of: Int(batch.items[local])) { tokens, shares in
                unsafe Kernels.unsafeSpreadRows(
                    tokens, shares, columns: count, source, into: tokenGradients, stride: width)
            }
        }
    }

    /// Adds the candidates' bias gradients to those of items and tokens.
    @unsafe
    func scatterBiases(_ batch: TwoTowerBatch, _ work: TwoTowerWorkspace) {
        for local in 0..<batch.candidateCount {
            var gradient: Float = 0
            for part in work.parts { gradient += unsafe part.biasGradients.base[local] }
            gradient /= Float(batch.count)
            if let row = row(of: local, batch) {
                unsafe gradients.base[shape.itemBiases.offset + row] += gradient
            }
            let tokens = tokens(of: local, batch)
            for place in tokens {
                unsafe gradients.base[shape.tokenBiases.offset + Int(tables.tokens[place])] +=
                    gradient / Float(tokens.count)
            }
        }
    }
}
