/// Systems of linear equations with a symmetric positive definite matrix, small ones: O(n³) (Golub & Van Loan, Matrix
/// Computations, algorithm 4.2.1).
enum CholeskySolution {
    /// x with matrix·x = right; nil where the matrix is not positive definite.
    static func solve(_ matrix: [Double], _ right: [Double]) -> [Double]? {
        let n = right.count
        var lower = matrix
        for j in 0..<n {
            for i in j..<n {
                var sum = matrix[i * n + j]
                for k in 0..<j { sum -= lower[i * n + k] * lower[j * n + k] }
                if i == j {
                    guard sum > 0 else { return nil }
                    lower[j * n + j] = sum.squareRoot()
                } else {
                    lower[i * n + j] = sum / lower[j * n + j]
                }
            }
        }
        var x = right
        for i in 0..<n {
            for k in 0..<i { x[i] -= lower[i * n + k] * x[k] }
            x[i] /= lower[i * n + i]
        }
        for i in (0..<n).reversed() {
            for k in i + 1..<max(i + 1, n) { x[i] -= lower[k * n + i] * x[k] }
            x[i] /= lower[i * n + i]
        }
        return x
    }
}
