import Kernels

/// A model of clicks in training: its parameters, their gradients, and the passes over rows that compute these, on one
/// thread. Members of a ``ClickTeacher`` have a history and a wide deep part, students neither.
///
/// With x the sums of a row's feature vectors v·V, h the user's history without the row itself (Koren, Factorization
/// meets the neighborhood, KDD 2008, eq. 15: asymmetric factors with the sign of what was rated) and t = Σ x + h:
///
///     h     = Σ_j taste·a_j + presence·b_j           over the user's other training rows
///     logit = w₀ + Σ v·w + ½(|t|² − |h|² − Σ v²·|V|²) + deep(x of each block, h)
///
/// that is a factorization machine (Rendle, ICDM 2010) with the history as one more feature, and a deep part on the same
/// vectors (DeepFM, Guo et al., IJCAI 2017) behind drop-out, without which it learns the training rows by heart.
@safe
// Used by one thread at a time.
final class ClickNetwork: @unchecked Sendable {
    let shape: ClickNetworkShape
    let parameters: FloatBuffer
    let gradients: FloatBuffer
    private let first: FloatBuffer
    private let second: FloatBuffer
    private let history: ClickHistory
    /// users × factors: histories, and the gradients of these.
    private let pooled: FloatBuffer
    private let pooledGradients: FloatBuffer
    /// Which users' histories are pooled.
    private var isPooled: [Bool]
    private let work: ClickWorkspace
    /// How each hidden layer's values are rounded; empty when they are not.
    var activations: [Activations] = []
    /// The most rows of a pass.
    let capacity: Int

    init(shape: ClickNetworkShape, history: ClickHistory, batch: Int) {
        self.shape = shape
        self.history = history
        parameters = FloatBuffer(count: shape.count)
        gradients = FloatBuffer(count: shape.count)
        first = FloatBuffer(count: shape.count)
        second = FloatBuffer(count: shape.count)
        let users = shape.historyItems > 0 ? history.userCount : 0
        pooled = FloatBuffer(count: users * shape.factors)
        pooledGradients = FloatBuffer(count: users * shape.factors)
        isPooled = [Bool](repeating: false, count: users)
        work = ClickWorkspace(shape: shape, rows: batch)
        capacity = batch
    }

    /// Starts at the share of label 1, with small random vectors and a deep part of small output.
    func initialise(positives: Float, initialLength: Float, seed: UInt64) {
        var random = RandomSource(seed: seed)
        let spread = initialLength / Float(shape.factors).squareRoot()
        for place in shape.vectors.lowerBound..<shape.presences.upperBound {
            unsafe parameters.base[place] = spread * random.normal()
        }
        for layer in shape.layers {
            let spread = (2 / Float(layer.inputs)).squareRoot()
            for place in layer.weights { unsafe parameters.base[place] = spread * random.normal() }
        }
        let last = 0.1 / Float(max(1, shape.output.count)).squareRoot()
        for place in shape.output { unsafe parameters.base[place] = last * random.normal() }
        unsafe parameters.base[shape.offset] = logarithm(positives / (1 - positives))
    }

    /// The logits of some rows, at most ``capacity`` of them.
    private func logits(of range: Range<Int>, in rows: ClickRows, own: Bool) -> [Float] {
        unsafe forward(Array(range)[...], rows, own: own, dropout: 0, nil)
        return (0..<range.count).map { unsafe work.logits.base[$0] }
    }

    /// The logits of rows. With `own`, they are training rows, and each is left out of its user's history.
    func logits(of rows: ClickRows, own: Bool = false) -> [Float] {
        forgetHistories()
        var logits: [Float] = []
        logits.reserveCapacity(rows.count)
        for start in stride(from: 0, to: rows.count, by: capacity) {
            logits += self.logits(of: start..<min(start + capacity, rows.count), in: rows, own: own)
        }
        return logits
    }

    /// The deep part's inputs for some rows, at most ``capacity``: rows × width.
    func inputs(of chosen: ArraySlice<Int>, in rows: ClickRows) -> [Float] {
        unsafe forward(chosen, rows, own: false, dropout: 0, nil)
        return (0..<chosen.count * shape.width).map { unsafe work.inputs.base[$0] }
    }

    /// Forgets pooled histories: parameters have changed.
    private func forgetHistories() {
        for user in isPooled.indices { isPooled[user] = false }
    }

    /// Adds to ``gradients`` those of the mean loss of some rows, and returns that loss. With `own`, the rows are training
    /// rows, and each is left out of its user's history.
    ///
    /// - Parameter loss: of a row, given its logit: the value and the derivative by the logit.
    func accumulateGradients(
        of chosen: ArraySlice<Int>, in rows: ClickRows, own: Bool, dropout: Float, random: inout RandomSource,
        loss: (_ row: Int, _ logit: Float) -> (value: Float, slope: Float)
    ) -> Double {
        unsafe forward(chosen, rows, own: own, dropout: dropout, &random)
        var sum = 0.0
        let share = 1 / Float(chosen.count)
        for (place, row) in chosen.enumerated() {
            let (value, slope) = unsafe loss(row, work.logits.base[place])
            sum += Double(value)
            unsafe work.slopes.base[place] = share * slope
        }
        unsafe backwardDeep(chosen.count, hasMask: dropout > 0)
        unsafe backwardVectors(chosen, rows, own: own)
        return sum / Double(chosen.count)
    }

    /// A step of Adam on the parameters, or on others that these were made of, after which gradients are zero.
    func applyGradients(
        rate: Float, step: Int, decay: Float, deepDecay: Float, to masters: FloatBuffer? = nil
    ) {
        let parameters = masters ?? parameters
        for (range, l2) in [(shape.embedding, decay), (shape.deep, deepDecay), (shape.offset..<shape.count, 0)] {
            let start = range.lowerBound
            unsafe Kernels.unsafeAdamStep(
                count: range.count, parameters: parameters.base + start, gradients: gradients.base + start,
                first: first.base + start, second: second.base + start,
                settings: AdamSettings(rate: rate, step: step, l2: l2))
        }
        gradients.clear()
        forgetHistories()
    }

    /// A user's history, computed when it is first asked for.
    @unsafe
    private func pooledHistory(of user: Int) -> UnsafeMutablePointer<Float> {
        let width = shape.factors
        let sum = unsafe pooled.base + user * width
        guard !isPooled[user] else { return unsafe sum }
        isPooled[user] = true
        unsafe sum.update(repeating: 0, count: width)
        unsafe history.addPast(
            of: user, tastes: parameters.base + shape.tastes.lowerBound,
            presences: parameters.base + shape.presences.lowerBound, width: width, to: sum)
        return unsafe sum
    }

    @unsafe
    private func forward(
        _ chosen: ArraySlice<Int>, _ rows: ClickRows, own: Bool, dropout: Float,
        _ random: UnsafeMutablePointer<RandomSource>?
    ) {
        let (width, inputs) = (shape.factors, shape.width)
        let vectors = unsafe parameters.base + shape.vectors.lowerBound
        unsafe work.inputs.base.update(repeating: 0, count: chosen.count * inputs)
        unsafe work.sums.base.update(repeating: 0, count: chosen.count * width)
        for (place, row) in chosen.enumerated() {
            let input = unsafe work.inputs.base + place * inputs
            var (linear, squares): (Float, Float) = unsafe (parameters.base[shape.offset], 0)
            for feature in rows.places(of: row) {
                let (number, value) = (Int(rows.features[feature]), rows.values[feature])
                let vector = unsafe vectors + number * width
                unsafe Kernels.unsafeAxpy(
                    value, vector, into: input + Int(shape.blocks[number]) * width, count: width)
                unsafe squares += value * value * Kernels.unsafeDot(vector, vector, count: width)
                unsafe linear += value * parameters.base[shape.linear.lowerBound + number]
            }
            if shape.historyItems > 0, rows.users[row] >= 0 {
                let past = unsafe input + shape.requestBlocks * width
                unsafe past.update(from: pooledHistory(of: Int(rows.users[row])), count: width)
                if own { unsafe addOwn(row, rows, factor: -1, to: past) }
                unsafe squares += Kernels.unsafeDot(past, past, count: width)
            }
            let sum = unsafe work.sums.base + place * width
            for block in 0..<shape.blockCount {
                unsafe Kernels.unsafeAxpy(1, input + block * width, into: sum, count: width)
            }
            unsafe work.logits.base[place] =
                linear + 0.5 * (Kernels.unsafeDot(sum, sum, count: width) - squares)
        }
        guard !shape.layers.isEmpty else { return }
        if dropout > 0, let random = unsafe random {
            unsafe work.drop(rows: chosen.count, width: inputs, share: dropout, &random.pointee)
        } else {
            unsafe work.keepAll(rows: chosen.count, width: inputs)
        }
        unsafe deep(rows: chosen.count)
    }

    /// vector += factor · the row's own share of its user's history.
    @unsafe
    private func addOwn(_ row: Int, _ rows: ClickRows, factor: Float, to vector: UnsafeMutablePointer<Float>) {
        let entry = Int(history.entries[row])
        guard entry >= 0 else { return }
        let (width, item) = (shape.factors, Int(history.items[entry]) * shape.factors)
        unsafe Kernels.unsafeAxpy(
            factor * history.tastes[entry], parameters.base + shape.tastes.lowerBound + item, into: vector,
            count: width)
        unsafe Kernels.unsafeAxpy(
            factor * history.presences[Int(rows.users[row])], parameters.base + shape.presences.lowerBound + item,
            into: vector, count: width)
    }

    /// Adds the deep part to the logits.
    @unsafe
    private func deep(rows: Int) {
        var input = unsafe work.dropped.base
        for (place, layer) in shape.layers.enumerated() {
            unsafe Kernels.unsafeGemmNT(
                m: rows, n: layer.outputs, k: layer.inputs, a: input, b: parameters.base + layer.weights.lowerBound,
                c: work.hidden[place].base, bias: parameters.base + layer.biases.lowerBound, relu: true)
            if !activations.isEmpty {
                unsafe activations[place].round(work.hidden[place].base, count: rows * layer.outputs)
            }
            unsafe input = work.hidden[place].base
        }
        let width = shape.output.count
        for row in 0..<rows {
            unsafe work.logits.base[row] += Kernels.unsafeDot(
                input + row * width, parameters.base + shape.output.lowerBound, count: width)
        }
    }

    /// Adds how important each neuron of the hidden layers was in the last pass.
    func addImportances(rows: Int, to importances: inout [[Float]]) {
        for place in shape.layers.indices {
            NeuronSelection.add(
                rows: rows, values: work.hidden[place], gradients: work.hiddenGradients[place],
                to: &importances[place])
        }
    }

    /// From the slopes to the gradients of the deep part's parameters and inputs.
    @unsafe
    private func backwardDeep(_ rows: Int, hasMask: Bool) {
        guard let last = shape.layers.indices.last else { return }
        let width = shape.output.count
        for row in 0..<rows {
            let (slope, hidden) = unsafe (work.slopes.base[row], work.hidden[last].base + row * width)
            unsafe Kernels.unsafeAxpy(slope, hidden, into: gradients.base + shape.output.lowerBound, count: width)
            let gradient = unsafe work.hiddenGradients[last].base + row * width
            unsafe gradient.update(repeating: 0, count: width)
            unsafe Kernels.unsafeAxpy(
                slope, parameters.base + shape.output.lowerBound, into: gradient, count: width)
        }
        for (place, layer) in shape.layers.enumerated().reversed() {
            let gradient = unsafe work.hiddenGradients[place].base
            unsafe Kernels.unsafeReluGradient(
                count: rows * layer.outputs, output: work.hidden[place].base, gradient: gradient)
            let input = unsafe place == 0 ? work.dropped.base : work.hidden[place - 1].base
            unsafe Kernels.unsafeGemmTN(
                m: layer.outputs, n: layer.inputs, k: rows, a: gradient, b: input,
                c: gradients.base + layer.weights.lowerBound, accumulate: true)
            unsafe Kernels.unsafeAddColumnSums(
                rows: rows, columns: layer.outputs, gradient, into: gradients.base + layer.biases.lowerBound)
            unsafe Kernels.unsafeGemmNN(
                m: rows, n: layer.inputs, k: layer.outputs, a: gradient,
                b: parameters.base + layer.weights.lowerBound,
                c: place == 0 ? work.inputGradients.base : work.hiddenGradients[place - 1].base)
        }
        if hasMask { unsafe work.maskGradients(rows: rows, width: shape.width) }
    }

    @unsafe
    private func backwardVectors(_ chosen: ArraySlice<Int>, _ rows: ClickRows, own: Bool) {
        let (width, inputs) = (shape.factors, shape.width)
        let vectors = unsafe parameters.base + shape.vectors.lowerBound
        let vectorGradients = unsafe gradients.base + shape.vectors.lowerBound
        var met: [Int] = []
        for (place, row) in chosen.enumerated() {
            let slope = unsafe work.slopes.base[place]
            let (sum, deep) = unsafe (work.sums.base + place * width, work.inputGradients.base + place * inputs)
            for feature in rows.places(of: row) {
                let (number, value) = (Int(rows.features[feature]), rows.values[feature])
                let target = unsafe vectorGradients + number * width
                unsafe Kernels.unsafeAxpy(slope * value, sum, into: target, count: width)
                unsafe Kernels.unsafeAxpy(
                    -slope * value * value, vectors + number * width, into: target, count: width)
                if !shape.layers.isEmpty {
                    unsafe Kernels.unsafeAxpy(
                        value, deep + Int(shape.blocks[number]) * width, into: target, count: width)
                }
                unsafe gradients.base[shape.linear.lowerBound + number] += slope * value
            }
            unsafe gradients.base[shape.offset] += slope
            guard shape.historyItems > 0, rows.users[row] >= 0 else { continue }
            // The history's gradient, computed in the place of the sum, which is not needed any more.
            let past = unsafe work.inputs.base + place * inputs + shape.requestBlocks * width
            for factor in 0..<width { unsafe sum[factor] = slope * (sum[factor] - past[factor]) }
            if !shape.layers.isEmpty {
                unsafe Kernels.unsafeAxpy(1, deep + shape.requestBlocks * width, into: sum, count: width)
            }
            let user = Int(rows.users[row])
            let target = unsafe pooledGradients.base + user * width
            // In a step's first row of a user the history is pooled; its gradient is taken back once.
            if isPooled[user] {
                isPooled[user] = false
                met.append(user)
                unsafe target.update(repeating: 0, count: width)
            }
            unsafe Kernels.unsafeAxpy(1, sum, into: target, count: width)
            let entry = own ? Int(history.entries[row]) : -1
            if entry >= 0 { unsafe backwardEntry(entry, user: user, factor: -1, sum) }
        }
        for user in met {
            let gradient = unsafe pooledGradients.base + user * width
            for entry in history.entries(of: user) { unsafe backwardEntry(entry, user: user, factor: 1, gradient) }
        }
    }

    /// Adds a history entry's share of a gradient to its item's.
    @unsafe
    private func backwardEntry(_ entry: Int, user: Int, factor: Float, _ gradient: UnsafePointer<Float>) {
        let (width, item) = (shape.factors, Int(history.items[entry]) * shape.factors)
        unsafe Kernels.unsafeAxpy(
            factor * history.tastes[entry], gradient, into: gradients.base + shape.tastes.lowerBound + item,
            count: width)
        unsafe Kernels.unsafeAxpy(
            factor * history.presences[user], gradient, into: gradients.base + shape.presences.lowerBound + item,
            count: width)
    }
}
