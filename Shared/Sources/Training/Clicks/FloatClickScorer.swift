import Kernels

/// The mean logit of ``ClickNetwork``s in float, as a server would compute it: items' vectors and users' histories are
/// summed beforehand, a request's half of the first layer is computed once, and what is left is one product of matrices a
/// layer for all candidates together.
@safe
struct FloatClickScorer: ClickScorer {
    /// A network and what is computed of it beforehand.
    private struct Member {
        let parameters: FloatBuffer
        /// users × factors.
        let histories: FloatBuffer
        /// items × itemBlocks × factors: sums of vectors a block.
        let vectors: FloatBuffer
        /// What an item adds to every logit.
        let biases: [Float]
    }

    private let shape: ClickNetworkShape
    private let schema: ClickSchema
    private let members: [Member]
    private let request: FloatBuffer
    private let tiled: FloatBuffer
    private let half: FloatBuffer
    private let gathered: FloatBuffer
    private let hidden: [FloatBuffer]
    private static let most = 256

    init(
        shape: ClickNetworkShape, schema: ClickSchema, members: [[Float]], history: ClickHistory, items: ClickItems
    ) {
        self.shape = shape
        self.schema = schema
        self.members = members.map { parameters in
            let buffer = FloatBuffer(count: shape.count)
            buffer.assign(parameters)
            return Self.member(buffer, shape, history, items)
        }
        request = FloatBuffer(count: (shape.blockCount - shape.itemBlocks) * shape.factors)
        tiled = FloatBuffer(count: shape.itemBlocks * shape.factors)
        half = FloatBuffer(count: shape.layers.first?.outputs ?? 0)
        gathered = FloatBuffer(count: Self.most * shape.itemBlocks * shape.factors)
        hidden = shape.layers.map { FloatBuffer(count: Self.most * $0.outputs) }
    }

    private static func member(
        _ parameters: FloatBuffer, _ shape: ClickNetworkShape, _ history: ClickHistory, _ items: ClickItems
    ) -> Member {
        let (width, first) = (shape.factors, shape.blockCount - shape.itemBlocks)
        let users = shape.historyItems > 0 ? history.userCount : 0
        let histories = FloatBuffer(count: users * width)
        for user in 0..<users {
            unsafe history.addPast(
                of: user, tastes: parameters.base + shape.tastes.lowerBound,
                presences: parameters.base + shape.presences.lowerBound, width: width,
                to: histories.base + user * width)
        }
        let vectors = FloatBuffer(count: items.count * shape.itemBlocks * width)
        var biases = [Float](repeating: 0, count: items.count)
        for item in 0..<items.count {
            let row = unsafe vectors.base + item * shape.itemBlocks * width
            var sum = [Float](repeating: 0, count: width)
            var squares: Float = 0
            for place in items.places(of: item) {
                let (feature, value) = (Int(items.features[place]), items.values[place])
                let vector = unsafe parameters.base + shape.vectors.lowerBound + feature * width
                unsafe Kernels.unsafeAxpy(
                    value, vector, into: row + (Int(shape.blocks[feature]) - first) * width, count: width)
                for factor in 0..<width { unsafe sum[factor] += value * vector[factor] }
                unsafe squares += value * value * Kernels.unsafeDot(vector, vector, count: width)
                unsafe biases[item] += value * parameters.base[shape.linear.lowerBound + feature]
            }
            biases[item] += 0.5 * (Kernels.sumOfSquares(sum.span) - squares)
        }
        return Member(parameters: parameters, histories: histories, vectors: vectors, biases: biases)
    }

    func score(request row: Int, of rows: ClickRows, items: [UInt32], into logits: inout [Float]) {
        precondition(logits.count == items.count, "a logit for each item")
        for place in logits.indices { logits[place] = 0 }
        for member in members {
            let bias = unsafe prepare(row, rows, member)
            for start in stride(from: 0, to: items.count, by: Self.most) {
                unsafe add(member, bias, items[start..<min(start + Self.most, items.count)], to: &logits)
            }
        }
        let share = 1 / Float(members.count)
        for place in logits.indices { logits[place] *= share }
    }

    /// Computes the request's side; returns what it adds to every logit.
    @unsafe
    private func prepare(_ row: Int, _ rows: ClickRows, _ member: Member) -> Float {
        let width = shape.factors
        let parameters = unsafe member.parameters.base
        request.clear()
        var (linear, squares): (Float, Float) = unsafe (parameters[shape.offset], 0)
        for place in rows.places(of: row) where !schema.isItem(rows.features[place]) {
            let (feature, value) = (Int(rows.features[place]), rows.values[place])
            let vector = unsafe parameters + shape.vectors.lowerBound + feature * width
            unsafe Kernels.unsafeAxpy(
                value, vector, into: request.base + Int(shape.blocks[feature]) * width, count: width)
            unsafe squares += value * value * Kernels.unsafeDot(vector, vector, count: width)
            unsafe linear += value * parameters[shape.linear.lowerBound + feature]
        }
        if shape.historyItems > 0, rows.users[row] >= 0 {
            let past = unsafe member.histories.base + Int(rows.users[row]) * width
            unsafe (request.base + shape.requestBlocks * width).update(from: past, count: width)
            unsafe squares += Kernels.unsafeDot(past, past, count: width)
        }
        unsafe tiled.base.update(repeating: 0, count: width)
        for block in 0..<shape.blockCount - shape.itemBlocks {
            unsafe Kernels.unsafeAxpy(1, request.base + block * width, into: tiled.base, count: width)
        }
        for block in 1..<max(1, shape.itemBlocks) {
            unsafe (tiled.base + block * width).update(from: tiled.base, count: width)
        }
        if let layer = shape.layers.first {
            unsafe Kernels.unsafeGemmNT(
                m: 1, n: layer.outputs, k: request.count, a: request.base, b: parameters + layer.weights.lowerBound,
                ldb: layer.inputs, c: half.base, bias: parameters + layer.biases.lowerBound)
        }
        return unsafe linear + 0.5 * (Kernels.unsafeDot(tiled.base, tiled.base, count: width) - squares)
    }

    @unsafe
    private func add(_ member: Member, _ bias: Float, _ items: ArraySlice<UInt32>, to logits: inout [Float]) {
        let width = shape.itemBlocks * shape.factors
        let parameters = unsafe member.parameters.base
        for (place, item) in items.enumerated() {
            let row = unsafe gathered.base + place * width
            unsafe row.update(from: member.vectors.base + Int(item) * width, count: width)
            unsafe logits[items.startIndex + place] +=
                bias + member.biases[Int(item)] + Kernels.unsafeDot(row, tiled.base, count: width)
        }
        guard let firstLayer = shape.layers.first, let last = shape.layers.indices.last else { return }
        unsafe Kernels.unsafeGemmNT(
            m: items.count, n: firstLayer.outputs, k: width, a: gathered.base,
            b: parameters + firstLayer.weights.lowerBound + request.count, ldb: firstLayer.inputs, c: hidden[0].base,
            bias: half.base, relu: true)
        for (place, layer) in shape.layers.enumerated().dropFirst() {
            unsafe Kernels.unsafeGemmNT(
                m: items.count, n: layer.outputs, k: layer.inputs, a: hidden[place - 1].base,
                b: parameters + layer.weights.lowerBound, c: hidden[place].base,
                bias: parameters + layer.biases.lowerBound, relu: true)
        }
        let outputs = shape.output.count
        for place in 0..<items.count {
            unsafe logits[items.startIndex + place] += Kernels.unsafeDot(
                hidden[last].base + place * outputs, parameters + shape.output.lowerBound, count: outputs)
        }
    }
}
