import Kernels

/// What an index is made of: int8 rows with a scale and a bias each, and the number that each belongs to. All rows of an
/// index pass through this form, so that building from vectors and rebuilding from an index are one thing.
struct QuantisedRows {
    let dimensions: Int
    /// Row i's values at `i * stride`.
    private(set) var values: [Int8] = []
    private(set) var scales: [Float] = []
    private(set) var biases: [Float] = []
    /// Rising.
    private(set) var numbers: [UInt32] = []

    var stride: Int { FlatIndex.padded(dimensions) }
    var count: Int { numbers.count }
    var hasBiases: Bool { biases.contains { $0 != 0 } }

    init(dimensions: Int) {
        self.dimensions = dimensions
    }

    /// The rows of those of `count` vectors that are alive.
    init(dimensions: Int, count: Int, vectors: Span<Float>, biases given: Span<Float>?, alive: Span<Bool>?) {
        self.init(dimensions: dimensions)
        reserve(count)
        for number in 0..<count {
            if let alive, !alive[number] { continue }
            numbers.append(UInt32(number))
            let bias = if let given { given[number] } else { Float(0) }
            biases.append(bias.isFinite ? bias : 0)
        }
        let stride = stride
        values = Array(repeating: 0, count: numbers.count * stride)
        scales = Array(repeating: 0, count: numbers.count)
        guard numbers.count > 0 else { return }
        let numbers = numbers
        unsafe vectors.withUnsafeBufferPointer { vectors in
            unsafe values.withUnsafeMutableBufferPointer { values in
                unsafe scales.withUnsafeMutableBufferPointer { scales in
                    guard let x = vectors.baseAddress, let q = values.baseAddress, let s = scales.baseAddress else {
                        return
                    }
                    for (row, number) in numbers.enumerated() {
                        unsafe Kernels.unsafeQuantiseRows(
                            rows: 1, columns: dimensions, x + Int(number) * dimensions, into: q + row * stride,
                            stride: stride, scales: s + row)
                    }
                }
            }
        }
    }

    mutating func reserve(_ count: Int) {
        values.reserveCapacity(count * stride)
        scales.reserveCapacity(count)
        biases.reserveCapacity(count)
        numbers.reserveCapacity(count)
    }

    /// Appends a row; its number is above those before.
    mutating func append(number: UInt32, values row: [Int8], scale: Float, bias: Float) {
        numbers.append(number)
        values.append(contentsOf: row)
        scales.append(scale)
        biases.append(bias)
    }

    /// The vector of a row, as stored.
    func read(row: Int, into vector: inout MutableSpan<Float>) {
        for d in vector.indices { vector[d] = Float(values[row * stride + d]) * scales[row] }
    }
}
