import Kernels

extension FloatBuffer {
    /// Rounds rows of values to those that int8 with a scale a row can be.
    func roundRows(_ rows: Int, columns: Int, at place: Int = 0) {
        guard rows > 0, columns > 0 else { return }
        var bytes = [Int8](repeating: 0, count: rows * columns)
        var scales = [Float](repeating: 0, count: rows)
        unsafe bytes.withUnsafeMutableBufferPointer { bytes in
            unsafe scales.withUnsafeMutableBufferPointer { scales in
                guard let bytes = bytes.baseAddress, let scales = scales.baseAddress else { return }
                let values = unsafe base + place
                unsafe Kernels.unsafeQuantiseRows(
                    rows: rows, columns: columns, values, into: bytes, stride: columns, scales: scales)
                for row in 0..<rows {
                    for column in row * columns..<(row + 1) * columns {
                        unsafe values[column] = Float(bytes[column]) * scales[row]
                    }
                }
            }
        }
    }
}
