import Kernels

/// A value of a graph that is affine in a network's inputs and in the outputs of its hidden layers: rows of weights for each of
/// these, and a constant a row. A graph of dense layers is followed with such values, whatever operators it writes them with.
struct AffineValue {
    /// Level 0 are the inputs, level n the outputs of the n-th hidden layer.
    typealias Level = Int

    /// For each level that has a part, `rows × width of the level`.
    var parts: [Level: [Float]]
    /// A constant a row.
    var constants: [Float]

    var rows: Int { constants.count }

    /// Columns of a level as they are: `range` of its `width`.
    static func columns(_ range: Range<Int>, of width: Int, level: Level) -> AffineValue {
        var weights = [Float](repeating: 0, count: range.count * width)
        for (row, column) in range.enumerated() { weights[row * width + column] = 1 }
        return AffineValue(parts: [level: weights], constants: [Float](repeating: 0, count: range.count))
    }

    /// Values one below the other.
    static func concatenated(_ values: [AffineValue], widths: [Int]) -> AffineValue {
        var result = AffineValue(parts: [:], constants: values.flatMap(\.constants))
        for level in Set(values.flatMap(\.parts.keys)) {
            result.parts[level] = values.flatMap {
                $0.parts[level] ?? [Float](repeating: 0, count: $0.rows * widths[level])
            }
        }
        return result
    }

    /// The sum of two values of the same rows; nil when they have others.
    func adding(_ other: AffineValue) -> AffineValue? {
        guard other.rows == rows else { return nil }
        var result = self
        for (row, constant) in other.constants.enumerated() { result.constants[row] += constant }
        for (level, weights) in other.parts {
            guard let mine = parts[level] else {
                result.parts[level] = weights
                continue
            }
            result.parts[level] = zip(mine, weights).map { $0 + $1 }
        }
        return result
    }

    /// Rows times factors: one each, or one for all.
    func scaled(_ factors: [Float]) -> AffineValue {
        var result = self
        for row in 0..<rows { result.constants[row] *= factors[factors.count == 1 ? 0 : row] }
        for (level, weights) in parts {
            let width = weights.count / max(1, rows)
            result.parts[level] = weights.indices.map {
                weights[$0] * factors[factors.count == 1 ? 0 : $0 / width]
            }
        }
        return result
    }

    /// `matrix · value`, with a matrix of `outputs × rows`.
    func multiplied(_ matrix: [Float], outputs: Int) -> AffineValue {
        func product(_ values: [Float], _ width: Int) -> [Float] {
            var result = [Float](repeating: 0, count: outputs * width)
            guard outputs > 0, rows > 0, width > 0 else { return result }
            var span = result.mutableSpan
            Kernels.gemmNN(m: outputs, n: width, k: rows, a: matrix.span, b: values.span, c: &span)
            return result
        }
        return AffineValue(
            parts: parts.mapValues { product($0, $0.count / max(1, rows)) }, constants: product(constants, 1))
    }
}
