/// Sums of recalls and of their squares over queries, at several places.
struct RecallSums {
    private var sums: [Double]
    private var squares: [Double]

    init(count: Int) {
        sums = Array(repeating: 0, count: count)
        squares = sums
    }

    mutating func add(_ recall: Double, at place: Int) {
        sums[place] += recall
        squares[place] += recall * recall
    }

    /// The mean over `n` queries.
    func mean(at place: Int, of n: Double) -> Double { sums[place] / n }

    /// The standard error of the mean.
    func error(at place: Int, of n: Double) -> Double {
        let mean = mean(at: place, of: n)
        return (max(0, squares[place] / n - mean * mean) / n).squareRoot()
    }
}
