import Kernels

/// The parameters of ``GraphTowers`` in training, their gradients, and the passes that compute these.
@safe
// Phases write disjoint rows of the buffers, see each phase.
final class GraphTowerNetwork: @unchecked Sendable {
    /// What a thread sums for itself.
    private struct Part {
        let vectorGradients: FloatBuffer
        let biasGradients: FloatBuffer
        let scores: FloatBuffer
        let negativeGradients: FloatBuffer
    }

    private let graph: InteractionGraph
    private let settings: GraphTowerSettings
    private let threads: Int
    private let width: Int
    private let negativeCount: Int
    private(set) var step = 0

    let table: FloatBuffer
    let biases: FloatBuffer
    private let moments: [FloatBuffer]
    let tableGradients: FloatBuffer
    let biasGradients: FloatBuffer

    /// Items' vectors and what they were scaled by.
    private let vectors: FloatBuffer
    private let vectorFactors: FloatBuffer
    /// Of the step's users.
    private let users: FloatBuffer
    private let userFactors: FloatBuffer
    private let userGradients: FloatBuffer
    /// Of the step's negatives.
    private let negativeVectors: FloatBuffer
    private let negativeBiases: FloatBuffer
    private let parts: [Part]
    /// Where an item is among the negatives, -1 when it is not.
    private var negativePlaces: [Int32]

    init(graph: InteractionGraph, settings: GraphTowerSettings) {
        self.graph = graph
        self.settings = settings
        threads = max(1, settings.threads)
        width = settings.dimensions
        let (items, width, batch) = (graph.itemCount, settings.dimensions, settings.batch)
        let negatives = min(settings.negatives, items)
        negativeCount = negatives
        table = FloatBuffer(count: items * width)
        biases = FloatBuffer(count: items)
        moments = [items * width, items * width, items, items].map { FloatBuffer(count: $0) }
        tableGradients = FloatBuffer(count: items * width)
        biasGradients = FloatBuffer(count: items)
        vectors = FloatBuffer(count: items * width)
        vectorFactors = FloatBuffer(count: items)
        users = FloatBuffer(count: batch * width)
        userFactors = FloatBuffer(count: batch)
        userGradients = FloatBuffer(count: batch * width)
        negativeVectors = FloatBuffer(count: negatives * width)
        negativeBiases = FloatBuffer(count: negatives)
        let rows = (batch + threads - 1) / threads + 1
        parts = (0..<threads).map { _ in
            Part(
                vectorGradients: FloatBuffer(count: items * width), biasGradients: FloatBuffer(count: items),
                scores: FloatBuffer(count: rows * negatives),
                negativeGradients: FloatBuffer(count: negatives * width))
        }
        negativePlaces = [Int32](repeating: -1, count: items)
        initialise()
    }

    private func initialise() {
        var random = RandomSource(seed: settings.seed)
        for place in 0..<table.count { unsafe table.base[place] = settings.initialSpread * random.normal() }
        let logs = (0..<graph.itemCount).map { logarithm(Float(max(1, graph.degree(ofItem: $0)))) }
        let mean = logs.reduce(0, +) / Float(max(1, logs.count))
        for (item, log) in logs.enumerated() { unsafe biases.base[item] = settings.popularity * (log - mean) }
    }

    /// Takes over the rows and biases of items that had users before; others keep their first ones.
    func begin(from start: GraphTowerStart) {
        for item in 0..<graph.itemCount where start.itemFactors[item] > 0 {
            for place in item * width..<(item + 1) * width {
                unsafe table.base[place] = start.towers.history[place] / start.itemFactors[item]
            }
            unsafe biases.base[item] = start.towers.biases[item]
        }
    }

    /// The table and the biases, one behind the other, and both moments of Adam likewise.
    var parameters: [Float] { table.array + biases.array }
    var first: [Float] { moments[0].array + moments[2].array }
    var second: [Float] { moments[1].array + moments[3].array }

    /// Puts ``parameters`` of before in the place of these.
    func assign(_ parameters: [Float]) { Self.assign(parameters, to: table, biases) }

    /// Goes on as a network did after an epoch.
    func restore(_ state: NetworkState) {
        assign(state.parameters)
        Self.assign(state.first, to: moments[0], moments[2])
        Self.assign(state.second, to: moments[1], moments[3])
        step = state.step
    }

    private static func assign(_ values: [Float], to first: FloatBuffer, _ second: FloatBuffer) {
        first.assign(Array(values.prefix(first.count)))
        second.assign(Array(values.dropFirst(first.count)))
    }

    /// Distinct items, drawn uniformly (Floyd's algorithm, Bentley & Floyd 1987); all when there are no more.
    func drawNegatives(_ random: inout RandomSource) -> [Int32] {
        let items = graph.itemCount
        guard negativeCount < items else { return (0..<Int32(items)).map(\.self) }
        var drawn = Set<Int32>(minimumCapacity: negativeCount)
        for last in items - negativeCount..<items {
            let item = Int32(random.below(last + 1))
            if !drawn.insert(item).inserted { drawn.insert(Int32(last)) }
        }
        return drawn.sorted()
    }

    /// Computes the gradients of the mean loss of a step's users, and returns that loss.
    func accumulateGradients(users batch: [Int32], negatives: [Int32]) -> Double {
        scaleItems()
        gatherNegatives(negatives)
        var totalWeight: Float = 0
        for user in batch { totalWeight += weight(of: user) * Float(graph.items(of: Int(user)).count) }
        let losses = Collected<Double>(count: threads)
        let (threads, share) = (threads, 1 / max(totalWeight, 1e-12))
        Parallel.run(threads) { [self] part in
            let rows = Parallel.share(of: batch.count, part: part, parts: threads)
            unsafe losses.set(contrast(batch, rows, negatives, share, parts[part]), at: part)
        }
        for item in negatives { negativePlaces[Int(item)] = -1 }
        backward(batch)
        return losses.values.reduce(0, +)
    }

    private func weight(of user: Int32) -> Float {
        powerOf(Float(graph.items(of: Int(user)).count), settings.userExponent - 1)
    }

    /// Items' vectors, scaled to length one.
    private func scaleItems() {
        let threads = threads
        Parallel.run(threads) { [self] part in
            for item in Parallel.share(of: graph.itemCount, part: part, parts: threads) {
                let row = unsafe vectors.base + item * width
                unsafe row.update(from: table.base + item * width, count: width)
                unsafe vectorFactors.base[item] = scale(row)
            }
        }
    }

    /// Scales a vector to length one and returns the factor, 0 for a vector of zeros.
    private func scale(_ vector: UnsafeMutablePointer<Float>) -> Float {
        let norm = unsafe Kernels.unsafeDot(vector, vector, count: width).squareRoot()
        guard norm > 1e-12 else { return 0 }
        for place in 0..<width { unsafe vector[place] /= norm }
        return 1 / norm
    }

    private func gatherNegatives(_ negatives: [Int32]) {
        for (place, item) in negatives.enumerated() { negativePlaces[Int(item)] = Int32(place) }
        let (threads, width) = (threads, width)
        Parallel.run(threads) { [self] part in
            for place in Parallel.share(of: negatives.count, part: part, parts: threads) {
                let item = Int(negatives[place])
                unsafe (negativeVectors.base + place * width).update(from: vectors.base + item * width, count: width)
                unsafe negativeBiases.base[place] = biases.base[item]
            }
        }
    }

    /// Losses of some of the step's users, and the gradients of their vectors before scaling and of the items' they meet. The
    /// users' rows are the thread's own, items' gradients go to its part.
    @unsafe
    private func contrast(
        _ batch: [Int32], _ rows: Range<Int>, _ negatives: [Int32], _ share: Float, _ part: Part
    ) -> Double {
        part.vectorGradients.clear()
        part.biasGradients.clear()
        guard !rows.isEmpty else { return 0 }
        let (first, count, width) = (rows.lowerBound, negatives.count, width)
        let sharpness = 1 / settings.temperature
        let vectors = unsafe users.base + first * width
        for row in rows {
            let (user, vector) = unsafe (Int(batch[row]), users.base + row * width)
            unsafe vector.update(repeating: 0, count: width)
            unsafe graph.propagate(toUser: user, width: width, table.base, into: vector)
            let factor = unsafe scale(vector)
            unsafe userFactors.base[row] = factor
        }
        // Scores of the negatives, then their softmax.
        let scaled = UnsafeMutablePointer<Float>.allocate(capacity: rows.count * width)
        defer { unsafe scaled.deallocate() }
        for place in 0..<rows.count * width { unsafe scaled[place] = vectors[place] * sharpness }
        unsafe Kernels.unsafeGemmNT(
            m: rows.count, n: count, k: width, a: scaled, b: negativeVectors.base, c: part.scores.base,
            bias: negativeBiases.base)
        var unopposed: [Int] = []
        for row in rows {
            let scores = unsafe part.scores.base + (row - first) * count
            var own = 0
            for item in graph.items(of: Int(batch[row])) where negativePlaces[Int(item)] >= 0 {
                unsafe scores[Int(negativePlaces[Int(item)])] = -.infinity
                own += 1
            }
            if own == count { unopposed.append(row - first) }
        }
        let sums = UnsafeMutablePointer<Float>.allocate(capacity: rows.count)
        defer { unsafe sums.deallocate() }
        unsafe Kernels.unsafeSoftmaxRows(rows: rows.count, columns: count, part.scores.base, logSumExp: sums)
        for place in unopposed {
            // The user took every negative: nothing stands against their targets.
            unsafe sums[place] = -.greatestFiniteMagnitude
            unsafe (part.scores.base + place * count).update(repeating: 0, count: count)
        }
        // Targets. What they leave for the negatives weighs the rows of the softmax.
        let correction = logarithm(Float(graph.itemCount) / Float(max(1, count)))
        var loss = 0.0
        unsafe (userGradients.base + first * width).update(repeating: 0, count: rows.count * width)
        for row in rows {
            let (user, vector) = unsafe (batch[row], users.base + row * width)
            let gradient = unsafe userGradients.base + row * width
            let weight = weight(of: user) * share
            let others = unsafe sums[row - first] + correction
            var rest: Float = 0
            for item in graph.items(of: Int(user)) {
                let target = unsafe self.vectors.base + Int(item) * width
                let score = unsafe Kernels.unsafeDot(vector, target, count: width) * sharpness + biases.base[Int(item)]
                let (value, slope) = softplus(others - score)
                loss += Double(weight * value)
                rest += weight * slope
                let pull = -weight * slope * sharpness
                unsafe Kernels.unsafeAxpy(pull, target, into: gradient, count: width)
                unsafe Kernels.unsafeAxpy(
                    pull, vector, into: part.vectorGradients.base + Int(item) * width, count: width)
                unsafe part.biasGradients.base[Int(item)] -= weight * slope
            }
            let scores = unsafe part.scores.base + (row - first) * count
            for place in 0..<count { unsafe scores[place] *= rest }
        }
        // Negatives.
        unsafe Kernels.unsafeGemmNN(
            m: rows.count, n: width, k: count, a: part.scores.base, b: negativeVectors.base, c: scaled)
        unsafe Kernels.unsafeAxpy(
            sharpness, scaled, into: userGradients.base + first * width, count: rows.count * width)
        unsafe Kernels.unsafeGemmTN(
            m: count, n: width, k: rows.count, a: part.scores.base, b: vectors, c: part.negativeGradients.base)
        let columns = UnsafeMutablePointer<Float>.allocate(capacity: count)
        defer { unsafe columns.deallocate() }
        unsafe columns.update(repeating: 0, count: count)
        unsafe Kernels.unsafeAddColumnSums(rows: rows.count, columns: count, part.scores.base, into: columns)
        for (place, item) in negatives.enumerated() {
            unsafe Kernels.unsafeAxpy(
                sharpness, part.negativeGradients.base + place * width,
                into: part.vectorGradients.base + Int(item) * width, count: width)
            unsafe part.biasGradients.base[Int(item)] += columns[place]
        }
        for row in rows {
            let start = row * width
            unsafe unscale(
                userGradients.base + start, scaled: users.base + start, factor: userFactors.base[row])
        }
        return loss
    }

    /// Takes the gradients of vectors back to the table, each thread for a range of items.
    private func backward(_ batch: [Int32]) {
        let (threads, width) = (threads, width)
        Parallel.run(threads) { [self] part in
            let items = Parallel.share(of: graph.itemCount, part: part, parts: threads)
            unsafe (tableGradients.base + items.lowerBound * width).update(repeating: 0, count: items.count * width)
            // Users: what reaches the items' side of A, z = Aᵀ·g, for the few users of the step.
            for (row, user) in batch.enumerated() {
                let factor = graph.userFactors[Int(user)]
                for item in graph.items(of: Int(user), in: items) {
                    unsafe Kernels.unsafeAxpy(
                        factor * graph.itemFactors[Int(item)], userGradients.base + row * width,
                        into: tableGradients.base + Int(item) * width, count: width)
                }
            }
            // Items: the sum of the threads' parts, before scaling.
            for item in items {
                let gradient = unsafe parts[0].vectorGradients.base + item * width
                unsafe biasGradients.base[item] = parts[0].biasGradients.base[item]
                for part in parts.dropFirst() {
                    unsafe Kernels.unsafeAxpy(
                        1, part.vectorGradients.base + item * width, into: gradient, count: width)
                    unsafe biasGradients.base[item] += part.biasGradients.base[item]
                }
                unsafe unscale(gradient, scaled: vectors.base + item * width, factor: vectorFactors.base[item])
                unsafe Kernels.unsafeAxpy(1, gradient, into: tableGradients.base + item * width, count: width)
            }
        }
    }

    /// The gradient before a vector was scaled to length one: g ← factor·(g − y(y·g)).
    private func unscale(_ gradient: UnsafeMutablePointer<Float>, scaled: UnsafePointer<Float>, factor: Float) {
        let along = unsafe Kernels.unsafeDot(gradient, scaled, count: width)
        for place in 0..<width { unsafe gradient[place] = factor * (gradient[place] - along * scaled[place]) }
    }

    /// One step of Adam over everything; each thread has a range of its own.
    func applyGradients(rate: Float) {
        step += 1
        let adam = AdamSettings(rate: rate, step: step, beta1: 0.9, beta2: 0.99)
        let threads = threads
        Parallel.run(threads) { [self] part in
            for (values, gradients, first, second) in [
                (table, tableGradients, moments[0], moments[1]), (biases, biasGradients, moments[2], moments[3]),
            ] {
                let share = Parallel.share(of: values.count, part: part, parts: threads)
                let start = share.lowerBound
                unsafe Kernels.unsafeAdamStep(
                    count: share.count, parameters: values.base + start, gradients: gradients.base + start,
                    first: first.base + start, second: second.base + start, settings: adam)
            }
        }
    }

    /// The towers of the parameters as they are.
    var towers: GraphTowers {
        scaleItems()
        var (rows, history) = (vectors.array, table.array)
        for item in 0..<graph.itemCount {
            let scale = graph.itemFactors[item] > 0 ? 1 / settings.temperature : 0
            for place in item * width..<(item + 1) * width {
                rows[place] *= scale
                history[place] *= graph.itemFactors[item]
            }
        }
        return GraphTowers(dimensions: width, vectors: rows, biases: biases.array, history: history)
    }
}
