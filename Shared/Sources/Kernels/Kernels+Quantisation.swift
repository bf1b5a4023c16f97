import CKernels

extension Kernels {
    /// Rows of a scan block, see ``writeBlockRow(_:of:dimensions:in:)``.
    public static let blockRows = Int(CK_BLOCK_ROWS)

    /// The most dimensions that ``unsafeScan(blocks:dimensions:rows:rowScales:biases:queries:query:queryScales:scores:scoreStride:)``
    /// takes: far fewer than would overflow its 32-bit sums.
    public static let maximumDimensions = Int(CK_MAX_DIMENSIONS)

    /// Symmetric int8 of each of `rows` rows of `columns` values: x ≈ q·scale, with q = round(x·127/max|x|) in
    /// [-127, 127]. Values that are not finite count as zero; a row of zeros has scale zero. O(rows·columns).
    ///
    /// - Parameters:
    ///   - q: rows of `stride` ≥ `columns` bytes; what lies beyond the columns becomes zero.
    ///   - scales: one a row.
    public static func quantiseRows(
        rows: Int, columns: Int, _ x: Span<Float>, into q: inout MutableSpan<Int8>, stride: Int? = nil,
        scales: inout MutableSpan<Float>
    ) {
        let stride = stride ?? columns
        precondition(x.count == rows * columns && stride >= columns, "matrix sizes do not fit")
        precondition(q.count == rows * stride && scales.count == rows, "matrix sizes do not fit")
        unsafe x.withUnsafeBufferPointer { x in
            unsafe q.withUnsafeMutableBufferPointer { q in
                unsafe scales.withUnsafeMutableBufferPointer { scales in
                    unsafe table.pointee.quantise_rows(
                        rows, columns, x.baseAddress, columns, q.baseAddress, stride, scales.baseAddress)
                }
            }
        }
    }

    /// ``quantiseRows(rows:columns:_:into:stride:scales:)`` behind pointers.
    public static func unsafeQuantiseRows(
        rows: Int, columns: Int, _ x: UnsafePointer<Float>, into q: UnsafeMutablePointer<Int8>, stride: Int,
        scales: UnsafeMutablePointer<Float>
    ) {
        precondition(stride >= columns, "rows overlap")
        unsafe table.pointee.quantise_rows(rows, columns, x, columns, q, stride, scales)
    }

    /// Puts an int8 vector into a scan block as its row `row`; a block is ``blockRows`` × `dimensions` bytes.
    public static func writeBlockRow(
        _ vector: Span<Int8>, row: Int, dimensions: Int, into block: inout MutableSpan<Int8>
    ) {
        precondition(dimensions.isMultiple(of: 4) && vector.count == dimensions, "vector size does not fit")
        precondition(block.count == blockRows * dimensions && row >= 0 && row < blockRows, "no such row")
        unsafe vector.withUnsafeBufferPointer { vector in
            unsafe block.withUnsafeMutableBufferPointer { block in
                unsafe ck_block_write_row(block.baseAddress, row, dimensions, vector.baseAddress)
            }
        }
    }

    /// Takes row `row` out of a scan block.
    public static func readBlockRow(
        _ block: Span<Int8>, row: Int, dimensions: Int, into vector: inout MutableSpan<Int8>
    ) {
        precondition(dimensions.isMultiple(of: 4) && vector.count == dimensions, "vector size does not fit")
        precondition(block.count == blockRows * dimensions && row >= 0 && row < blockRows, "no such row")
        unsafe block.withUnsafeBufferPointer { block in
            unsafe vector.withUnsafeMutableBufferPointer { vector in
                unsafe ck_block_read_row(block.baseAddress, row, dimensions, vector.baseAddress)
            }
        }
    }

    /// scores[query·scoreStride + row] = dot·(queryScale·rowScale) + bias, exact sums of int8 products, over `blocks`
    /// blocks of ``blockRows`` rows each. The same bits at every level. O(blocks·dimensions·queries).
    ///
    /// - Parameters:
    ///   - rows: the blocks, one after the other.
    ///   - biases: nil counts as zeros.
    ///   - query: `queries` rows of `dimensions` values in [-127, 127].
    public static func unsafeScan(
        blocks: Int, dimensions: Int, rows: UnsafePointer<Int8>, rowScales: UnsafePointer<Float>,
        biases: UnsafePointer<Float>?, queries: Int, query: UnsafePointer<Int8>, queryScales: UnsafePointer<Float>,
        scores: UnsafeMutablePointer<Float>, scoreStride: Int
    ) {
        precondition(dimensions.isMultiple(of: 4) && dimensions <= maximumDimensions, "no such dimensions")
        precondition(scoreStride >= blocks * blockRows, "rows of scores overlap")
        unsafe table.pointee.scan_s8(
            blocks, dimensions, rows, rowScales, biases, queries, query, dimensions, queryScales, scores, scoreStride)
    }
}
