import CKernels

extension Kernels {
    /// out[i] = row `indices[i]` of a table of int8, rows ahead being fetched while one is copied. O(indices · width).
    ///
    /// - Parameters:
    ///   - table: rows of `width` bytes.
    ///   - out: as many rows as there are indices.
    public static func gatherRows(
        width: Int, of table: Span<Int8>, _ indices: Span<UInt32>, into out: inout MutableSpan<Int8>
    ) {
        precondition(width > 0 && table.count.isMultiple(of: width), "matrix sizes do not fit")
        precondition(out.count == indices.count * width, "matrix sizes do not fit")
        for i in indices.indices { precondition(Int(indices[i]) < table.count / width, "no such row") }
        unsafe table.withUnsafeBufferPointer { table in
            unsafe indices.withUnsafeBufferPointer { indices in
                unsafe out.withUnsafeMutableBufferPointer { out in
                    unsafe ck_gather_rows_s8(
                        indices.count, width, table.baseAddress, width, indices.baseAddress, out.baseAddress, width)
                }
            }
        }
    }

    /// Two weighted sums of rows that lie anywhere: first += Σ a[i]·x[rows[i]], second += Σ b[i]·x[rows[i]], each in the order
    /// of i. O(rows·columns).
    ///
    /// - Parameters:
    ///   - rows: numbers of rows of `x`, which are `columns` apart.
    ///   - a: as many values as rows; so is `b`.
    @unsafe
    public static func unsafePoolRows(
        _ rows: UnsafeBufferPointer<Int32>, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, columns: Int,
        of x: UnsafePointer<Float>, into first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>
    ) {
        unsafe table.pointee.pool_rows(rows.count, rows.baseAddress, a, b, columns, x, columns, first, second)
    }

    /// One weighted sum of rows that lie anywhere: sum += Σ a[i]·x[rows[i]], in the order of i. O(rows·columns).
    ///
    /// - Parameters:
    ///   - rows: numbers of rows of `x`, which are `columns` apart.
    ///   - a: as many values as rows.
    @unsafe
    public static func unsafePoolRows(
        _ rows: UnsafeBufferPointer<Int32>, _ a: UnsafePointer<Float>, columns: Int, of x: UnsafePointer<Float>,
        into sum: UnsafeMutablePointer<Float>
    ) {
        unsafe table.pointee.pool_rows(rows.count, rows.baseAddress, a, nil, columns, x, columns, sum, nil)
    }

    /// y[rows[i]] += a[i]·first + b[i]·second, in the order of i. O(rows·columns).
    ///
    /// - Parameters:
    ///   - rows: numbers of rows of `y`, which are `stride` ≥ `columns` apart.
    ///   - a: as many values as rows; so is `b`.
    @unsafe
    public static func unsafeSpreadRows(
        _ rows: UnsafeBufferPointer<Int32>, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, columns: Int,
        first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, stride: Int
    ) {
        unsafe table.pointee.spread_rows(rows.count, rows.baseAddress, a, b, columns, first, second, y, stride)
    }

    /// y[rows[i]] += a[i]·x, in the order of i. O(rows·columns).
    ///
    /// - Parameters:
    ///   - rows: numbers of rows of `y`, which are `stride` ≥ `columns` apart.
    ///   - a: as many values as rows.
    @unsafe
    public static func unsafeSpreadRows(
        _ rows: UnsafeBufferPointer<Int32>, _ a: UnsafePointer<Float>, columns: Int, _ x: UnsafePointer<Float>,
        into y: UnsafeMutablePointer<Float>, stride: Int
    ) {
        unsafe table.pointee.spread_rows(rows.count, rows.baseAddress, a, nil, columns, x, nil, y, stride)
    }

    /// x = q·scale for each of `rows` rows of `columns` values: what ``quantiseRows(rows:columns:_:into:stride:scales:)``
    /// made, within half a step. O(rows·columns).
    ///
    /// - Parameters:
    ///   - q: rows of `stride` ≥ `columns` bytes.
    ///   - scales: one a row.
    public static func dequantiseRows(
        rows: Int, columns: Int, _ q: Span<Int8>, stride: Int? = nil, scales: Span<Float>,
        into x: inout MutableSpan<Float>
    ) {
        let stride = stride ?? columns
        precondition(x.count == rows * columns && stride >= columns, "matrix sizes do not fit")
        precondition(q.count == rows * stride && scales.count == rows, "matrix sizes do not fit")
        unsafe q.withUnsafeBufferPointer { q in
            unsafe scales.withUnsafeBufferPointer { scales in
                unsafe x.withUnsafeMutableBufferPointer { x in
                    unsafe table.pointee.dequantise_rows(
                        rows, columns, q.baseAddress, stride, scales.baseAddress, x.baseAddress, columns)
                }
            }
        }
    }
}
