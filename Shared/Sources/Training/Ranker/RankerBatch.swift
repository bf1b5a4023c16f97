import Domain

/// The inputs and outputs of a ranking network's pass over the candidates of some users, as many for each.
@safe
// Used by one thread at a time.
final class RankerBatch: @unchecked Sendable {
    let dimensions: Int
    /// Users, and candidates of each.
    private(set) var lists = 0
    private(set) var length = 0
    /// The most rows there is room for.
    let capacity: Int
    /// lists × dimensions: the users' vectors.
    let users: FloatBuffer
    /// rows × dimensions: the candidates' vectors; and their numbers.
    let items: FloatBuffer
    private(set) var numbers: [Int32] = []
    /// rows × features, made comparable.
    let dense: FloatBuffer
    /// rows × heads: what the network gives, and then the loss's gradients by it. The first head is the score.
    let outputs: FloatBuffer

    var rows: Int { lists * length }

    private let moments: FeatureMoments
    /// items × dimensions.
    private let vectors: FloatBuffer

    /// - Parameter vectors: of all items, `dimensions` each.
    init(rows: Int, lists: Int, dimensions: Int, heads: Int, moments: FeatureMoments, vectors: FloatBuffer) {
        (capacity, self.dimensions, self.moments, self.vectors) = (rows, dimensions, moments, vectors)
        users = FloatBuffer(count: lists * dimensions)
        items = FloatBuffer(count: rows * dimensions)
        dense = FloatBuffer(count: rows * moments.means.count)
        outputs = FloatBuffer(count: rows * heads)
    }

    /// Takes in some training lists.
    func gather(_ chosen: ArraySlice<Int>, from source: RankerLists) {
        (lists, length) = (chosen.count, source.length)
        precondition(rows <= capacity, "more rows than the batch has room for")
        numbers.removeAll(keepingCapacity: true)
        for (place, list) in chosen.enumerated() {
            for dimension in 0..<dimensions {
                unsafe users.base[place * dimensions + dimension] = source.users[list * dimensions + dimension]
            }
            for row in (list * length)..<((list + 1) * length) { append(source.items[row]) }
            gather(rows: length, features: source.rows, from: list * length, to: place * length)
        }
    }

    /// Takes in the candidates of one user; `users` are divided by the temperature, which `scale` takes back.
    func gather(_ user: Int, from source: CandidateLists, scale: Float) {
        gatherFeatures(user, from: source, scale: scale)
        numbers.removeAll(keepingCapacity: true)
        for item in source.items[source.range(of: user)] { append(Int32(item)) }
    }

    /// The same without the candidates' vectors.
    func gatherFeatures(_ user: Int, from source: CandidateLists, scale: Float) {
        let range = source.range(of: user)
        (lists, length) = (1, range.count)
        precondition(rows <= capacity, "more rows than the batch has room for")
        for dimension in 0..<dimensions {
            unsafe users.base[dimension] = source.users[user * dimensions + dimension] * scale
        }
        gather(rows: range.count, features: source.features, from: range.lowerBound, to: 0)
    }

    /// Adds the next row's vector.
    private func append(_ item: Int32) {
        unsafe (items.base + numbers.count * dimensions).update(
            from: vectors.base + Int(item) * dimensions, count: dimensions)
        numbers.append(item)
    }

    /// Features of some rows, made comparable.
    private func gather(rows: Int, features: [Float], from first: Int, to place: Int) {
        let count = moments.means.count
        unsafe features.withUnsafeBufferPointer { features in
            for row in 0..<rows {
                let target = unsafe dense.base + (place + row) * count
                for feature in 0..<count {
                    unsafe target[feature] =
                        (features[(first + row) * count + feature] - moments.means[feature]) * moments.scales[feature]
                }
            }
        }
    }
}
