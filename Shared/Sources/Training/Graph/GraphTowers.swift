/// Two towers over ids alone. An item's vector and a user's are what graph propagation makes of one table; a user's needs
/// no id, only the items that the user took: it is the sum of their history vectors, scaled to length one.
///
///     score(user, item) = cos(Σ history[j], vector[i]) / τ + bias[i]        j over the user's items
public struct GraphTowers: Sendable {
    /// Values of a vector.
    public let dimensions: Int
    /// itemCount × dimensions, each of length 1/τ, zeros for an item without users.
    public let vectors: [Float]
    /// A value an item.
    public let biases: [Float]
    /// itemCount × dimensions: what an item adds to the users who took it.
    public let history: [Float]

    public var itemCount: Int { biases.count }

    /// A user's vector, of length one; zeros without a known item.
    public func userVector(of items: some Sequence<Int32>) -> [Float] {
        var sum = [Float](repeating: 0, count: dimensions)
        for item in items where item >= 0 && Int(item) < itemCount {
            let start = Int(item) * dimensions
            for place in 0..<dimensions { sum[place] += history[start + place] }
        }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > 1e-12 else { return sum }
        return sum.map { $0 / length }
    }
}
