import Kernels

/// A matrix in int8 with a scale a row: value = byte·scale.
public struct QuantisedMatrix: Sendable, Equatable {
    public let rows: Int
    public let columns: Int
    /// rows × columns, in [-127, 127].
    public let bytes: [Int8]
    public var scales: [Float]

    /// A matrix of given bytes; sizes must fit.
    public init(rows: Int, columns: Int, bytes: [Int8], scales: [Float]) {
        precondition(bytes.count == rows * columns && scales.count == rows, "matrix sizes do not fit")
        (self.rows, self.columns, self.bytes, self.scales) = (rows, columns, bytes, scales)
    }

    /// The nearest to `rows × columns` values.
    public init(rounding values: [Float], rows: Int) {
        let columns = values.count / rows
        var bytes = [Int8](repeating: 0, count: values.count)
        var scales = [Float](repeating: 0, count: rows)
        var byteSpan = bytes.mutableSpan
        var scaleSpan = scales.mutableSpan
        Kernels.quantiseRows(rows: rows, columns: columns, values.span, into: &byteSpan, scales: &scaleSpan)
        self.init(rows: rows, columns: columns, bytes: bytes, scales: scales)
    }

    /// rows × columns.
    public var values: [Float] {
        bytes.indices.map { Float(bytes[$0]) * scales[$0 / columns] }
    }
}
