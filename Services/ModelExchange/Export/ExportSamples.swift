import Domain
import JSON
package import Models

/// Inputs of the exported graphs with what serving gives for them, so that another runtime can be held against it: drawn from the
/// bundle's own items and tokens, the same for a bundle on every machine.
package struct ExportSamples {
    private let bundle: ModelBundle
    private let count: Int
    private var random = SplitMix64(seed: 1)

    /// - Parameter count: items and users that are drawn, at most the items of the bundle.
    package init(_ bundle: ModelBundle, count: Int) {
        self.bundle = bundle
        self.count = max(1, min(count, bundle.twoTower.items.count))
    }

    /// An object with one for each graph: its inputs and outputs by name, each with `dims` and `values`.
    package mutating func json() -> [UInt8] {
        var writer = JSONWriter(capacity: 1 << 20)
        writer.beginObject()
        writeItems(to: &writer)
        let vectors = writeUsers(to: &writer)
        writeRanker(users: vectors.users, items: vectors.items, to: &writer)
        writer.endObject()
        writer.endLine()
        return writer.take()
    }

    private mutating func writeItems(to writer: inout JSONWriter) {
        let model = bundle.twoTower
        // Every fifth item is unknown, every third has no tokens.
        let items = (0..<count).map { place in
            ItemInput(
                row: place % 5 == 4 ? nil : Int32.random(in: 0..<Int32(max(1, model.items.count)), using: &random),
                tokens: place % 3 == 2 ? [] : tokens(of: model.itemTokens.count))
        }
        var inputs = [Float](repeating: 0, count: count * model.dimensions)
        var (vectors, biases) = (inputs, [Float](repeating: 0, count: count))
        var inputSpan = inputs.mutableSpan
        var vectorSpan = vectors.mutableSpan
        var biasSpan = biases.mutableSpan
        model.encodeItems(items, inputs: &inputSpan, vectors: &vectorSpan, biases: &biasSpan)
        writer.name("item-tower")
        writer.beginObject()
        writer.array("item_rows", [count], items.map { $0.row.map { Int($0) } ?? model.items.count })
        writer.tokens(items.map(\.tokens), unknown: model.itemTokens.count)
        writer.array("inputs", [count, model.dimensions], inputs)
        writer.array("vectors", [count, model.dimensions], vectors)
        writer.array("biases", [count], biases)
        writer.endObject()
    }

    /// Users with histories over some items of the vocabulary; returns the vectors of both.
    private mutating func writeUsers(to writer: inout JSONWriter) -> (users: [Float], items: ItemVectors) {
        let model = bundle.twoTower
        var items = bundle.makeItemVectors()
        bundle.encode(
            (0..<count).map { (ItemNumber($0), Item(id: model.items.entries[$0])) }, into: &items)
        var (scratch, weights) = (TwoTowerScratch(), PoolingWeights())
        let length = min(model.pooling.length, 12)
        var (history, long, short): ([Float], [Float], [Float]) = ([], [], [])
        var (known, users): ([[Int32]], [Float]) = ([], [])
        for _ in 0..<count {
            let entries = entries(Int.random(in: 0...length, using: &random))
            let rows = tokens(of: model.userTokens.count)
            model.pooling.write(of: entries.span, into: &weights)
            for place in 0..<length {
                let isThere = place < entries.count
                history +=
                    isThere ? items.inputs[Int(entries[place].item)] : .init(repeating: 0, count: model.dimensions)
                long.append(isThere ? weights.long[place] : 0)
                short.append(isThere ? weights.short[place] : 0)
            }
            known.append(rows)
            var vector = [Float](repeating: 0, count: model.dimensions)
            var output = vector.mutableSpan
            model.encodeUser(
                history: entries.span, attributes: rows.map { model.userTokens.entries[Int($0)] }, items: items,
                into: &output, scratch: &scratch)
            users += vector
        }
        writer.name("user-tower")
        writer.beginObject()
        writer.array("history", [count, length, model.dimensions], history)
        writer.array("long_weights", [count, length], long)
        writer.array("short_weights", [count, length], short)
        writer.tokens(known, unknown: model.userTokens.count)
        writer.array("vectors", [count, model.dimensions], users)
        writer.endObject()
        return (users, items)
    }

    /// Every user with some items and features about the ends of what these are in training.
    private mutating func writeRanker(users: [Float], items: ItemVectors, to writer: inout JSONWriter) {
        guard let ranker = bundle.ranker else { return }
        let (width, features) = (bundle.twoTower.dimensions, ranker.features.count)
        let candidates = 8
        let numbers = (0..<(count * candidates)).map { _ in ItemNumber.random(in: 0..<UInt32(count), using: &random) }
        var values: [Float] = []
        for _ in numbers {
            for feature in 0..<features {
                let range = ranker.usualRange(of: feature)
                values.append(range.lowerBound + Float.random(in: -0.2...1.2, using: &random) * range.width)
            }
        }
        var scores = [Float](repeating: 0, count: numbers.count)
        var output = scores.mutableSpan
        var scratch = RankerScratch()
        let offsets = (0...count).map { $0 * candidates }
        ranker.score(
            userVectors: users.span, offsets: offsets.span, candidates: numbers.span,
            features: values.span, items: items, into: &output, scratch: &scratch)
        writer.name("ranker")
        writer.beginObject()
        let rows = numbers.count
        writer.array(
            "user_vectors", [rows, width],
            (0..<rows).flatMap { users[($0 / candidates * width)..<(($0 / candidates + 1) * width)] })
        writer.array("item_vectors", [rows, width], numbers.flatMap { items.vectors[Int($0)] })
        writer.array("features", [rows, features], values)
        writer.array("scores", [rows], scores)
        writer.endObject()
    }

    private mutating func tokens(of vocabulary: Int) -> [Int32] {
        guard vocabulary > 0 else { return [] }
        let number = Int.random(in: 0...min(4, vocabulary), using: &random)
        return (0..<number).map { _ in Int32.random(in: 0..<Int32(vocabulary), using: &random) }
    }

    private mutating func entries(_ number: Int) -> [HistoryEntry] {
        var time: Int64 = 1_700_000_000_000
        return (0..<number).map { _ in
            time += Int64.random(in: 0..<(30 * 86_400_000), using: &random)
            return HistoryEntry(
                item: ItemNumber.random(in: 0..<UInt32(count), using: &random), kind: .view,
                weight: Float.random(in: -1...2, using: &random), timestamp: time)
        }
    }
}

extension ClosedRange<Float> {
    fileprivate var width: Float { upperBound - lowerBound }
}

extension ServedRanker {
    /// Where most values of a feature lie.
    fileprivate func usualRange(of feature: Int) -> ClosedRange<Float> {
        switch self {
        case .int8(let ranker):
            let (low, high) = (ranker.parameters.lows[feature], ranker.parameters.highs[feature])
            return low...max(low, high)
        case .float(let ranker):
            let mean = ranker.parameters[ranker.shape.featureMeans.offset + feature]
            let scale = ranker.parameters[ranker.shape.featureScales.offset + feature]
            let spread = scale > 0 ? 2 / scale : 0
            return (mean - spread)...(mean + spread)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func array(_ name: String, _ dims: [Int], _ values: [Float]) {
        array(name, dims, values) { $0.float($1) }
    }

    fileprivate mutating func array(_ name: String, _ dims: [Int], _ values: [Int]) {
        array(name, dims, values) { $0.integer($1) }
    }

    private mutating func array<Value>(
        _ name: String, _ dims: [Int], _ values: [Value], _ write: (inout JSONWriter, Value) -> Void
    ) {
        self.name(name)
        beginObject()
        self.name("dims")
        beginArray()
        for dim in dims { integer(dim) }
        endArray()
        self.name("values")
        beginArray()
        for value in values { write(&self, value) }
        endArray()
        endObject()
    }

    /// Rows of tokens and their shares, all as long as the longest.
    fileprivate mutating func tokens(_ lists: [[Int32]], unknown: Int) {
        let longest = lists.map(\.count).max() ?? 0
        array(
            "token_rows", [lists.count, longest],
            lists.flatMap { list in list.map { Int($0) } + [Int](repeating: unknown, count: longest - list.count) })
        array(
            "token_shares", [lists.count, longest],
            lists.flatMap { list in
                [Float](repeating: 1 / Float(max(1, list.count)), count: list.count)
                    + [Float](repeating: 0, count: longest - list.count)
            })
    }
}
