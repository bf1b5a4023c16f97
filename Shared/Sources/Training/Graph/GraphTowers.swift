import Kernels

/// Two towers over ids alone. Users have no parameters: a user's vector is the sum of the history vectors of what they
/// took, scaled to length one.
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
        userVector(of: items.lazy.map { ($0, 1) })
    }

    /// A user's vector, items weighted, of length one; zeros without a known item.
    public func userVector(of items: some Sequence<(Int32, Float)>) -> [Float] {
        var sum = [Float](repeating: 0, count: dimensions)
        for (item, weight) in items where item >= 0 && Int(item) < itemCount {
            let start = Int(item) * dimensions
            for place in 0..<dimensions { sum[place] += weight * history[start + place] }
        }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > 1e-12 else { return sum }
        return sum.map { $0 / length }
    }

    /// Scores of all items, a row for each of the users' vectors. O(users·items·dimensions).
    @unsafe
    func score(_ userVectors: [Float], into scores: UnsafeMutablePointer<Float>) {
        unsafe userVectors.withUnsafeBufferPointer { users in
            unsafe vectors.withUnsafeBufferPointer { items in
                unsafe biases.withUnsafeBufferPointer { biases in
                    guard let user = users.baseAddress, let item = items.baseAddress else { return }
                    unsafe Kernels.unsafeGemmNT(
                        m: users.count / dimensions, n: itemCount, k: dimensions, a: user, b: item, c: scores,
                        bias: biases.baseAddress)
                }
            }
        }
    }
}
