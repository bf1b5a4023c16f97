import CKernels

/// What an index of lists does besides plain scans.
extension Kernels {
    /// ``unsafeScan(blocks:dimensions:rows:rowScales:biases:queries:query:queryScales:scores:scoreStride:)`` over ranges of
    /// blocks of one matrix. scores[query·scoreStride + i] is that of the i-th row of the ranges, taken one after the other.
    /// The next range is fetched from memory while one is scanned. The same bits at every level.
    /// O(blocks·dimensions·queries).
    ///
    /// - Parameters:
    ///   - rows: all blocks of the matrix; `rowScales` and `biases` likewise have values for all its rows.
    ///   - biases: nil counts as zeros.
    ///   - query: `queries` rows of `dimensions` values in [-127, 127].
    public static func unsafeScanRanges(
        _ ranges: UnsafeBufferPointer<BlockRange>, dimensions: Int, rows: UnsafePointer<Int8>,
        rowScales: UnsafePointer<Float>, biases: UnsafePointer<Float>?, queries: Int, query: UnsafePointer<Int8>,
        queryScales: UnsafePointer<Float>, scores: UnsafeMutablePointer<Float>, scoreStride: Int
    ) {
        precondition(dimensions.isMultiple(of: 4) && dimensions <= maximumDimensions, "no such dimensions")
        assert(MemoryLayout<BlockRange>.size == MemoryLayout<ck_range>.size, "ranges are passed on as they are")
        assert(
            unsafe queries <= 1 || scoreStride >= ranges.reduce(0) { $0 + Int($1.count) } * blockRows,
            "rows of scores overlap")
        unsafe ranges.withMemoryRebound(to: ck_range.self) { ranges in
            unsafe table.pointee.scan_ranges_s8(
                ranges.count, ranges.baseAddress, dimensions, rows, rowScales, biases, queries, query, dimensions,
                queryScales, scores, scoreStride)
        }
    }

    /// scores[i] = dot(query, row `numbers[i]`)·rowScale + bias for rows that lie anywhere in a matrix of blocks, row n being
    /// row n % 16 of block n / 16: rescoring with a query that is not quantised. The same bits at every level.
    /// O(numbers.count·dimensions).
    ///
    /// - Parameters:
    ///   - biases: nil counts as zeros.
    ///   - query: `dimensions` values.
    ///   - scores: one for each number.
    public static func unsafeDotRows(
        _ numbers: UnsafeBufferPointer<UInt32>, dimensions: Int, rows: UnsafePointer<Int8>,
        rowScales: UnsafePointer<Float>, biases: UnsafePointer<Float>?, query: UnsafePointer<Float>,
        scores: UnsafeMutablePointer<Float>
    ) {
        precondition(dimensions.isMultiple(of: 4), "no such dimensions")
        unsafe table.pointee.dot_rows_f32s8(
            numbers.count, numbers.baseAddress, dimensions, rows, rowScales, biases, query, scores)
    }

    /// The column of the highest value of each row, the lowest among equals; column 0 in a row that has nothing above minus
    /// infinity. Not a number is never the highest. O(rows·columns).
    public static func argmaxRows(rows: Int, columns: Int, _ x: Span<Float>, into best: inout MutableSpan<UInt32>) {
        precondition(x.count == rows * columns && best.count == rows, "matrix sizes do not fit")
        unsafe x.withUnsafeBufferPointer { x in
            unsafe best.withUnsafeMutableBufferPointer { best in
                unsafe table.pointee.argmax_rows(rows, columns, x.baseAddress, columns, best.baseAddress, nil)
            }
        }
    }

    /// ``argmaxRows(rows:columns:_:into:)`` behind pointers, rows `stride` apart; also gives the values found.
    ///
    /// - Parameter highest: a value a row, minus infinity where nothing is above it; may be nil.
    public static func unsafeArgmaxRows(
        rows: Int, columns: Int, _ x: UnsafePointer<Float>, stride: Int, into best: UnsafeMutablePointer<UInt32>,
        highest: UnsafeMutablePointer<Float>? = nil
    ) {
        unsafe table.pointee.argmax_rows(rows, columns, x, stride, best, highest)
    }
}
