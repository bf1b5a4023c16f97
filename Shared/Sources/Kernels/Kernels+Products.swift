import CKernels

/// Products of row-major matrices, one thread each. All do C = A·B, or C += A·B with `accumulate`; the bias (a value
/// a column) is added after that, and `relu` sets what is below zero to zero, last. With `steady` a row of C is the same
/// to the bit whatever the number of rows; without, up to four rows are faster. O(m·n·k).
extension Kernels {
    /// C[m×n] (+)= A[m×k] · B[n×k]ᵀ: a layer's forward pass, B holding a row of weights for each output.
    public static func gemmNT(
        m: Int, n: Int, k: Int, a: Span<Float>, b: Span<Float>, c: inout MutableSpan<Float>,
        bias: Span<Float>? = nil, relu: Bool = false, accumulate: Bool = false, steady: Bool = false
    ) {
        precondition(a.count == m * k && b.count == n * k && c.count == m * n, "matrix sizes do not fit")
        product(CK_NT, m, n, k, a, k, b, k, &c, bias, flags(relu, accumulate, steady))
    }

    /// C[m×n] (+)= A[m×k] · B[k×n]: a layer's input gradient.
    public static func gemmNN(
        m: Int, n: Int, k: Int, a: Span<Float>, b: Span<Float>, c: inout MutableSpan<Float>,
        bias: Span<Float>? = nil, relu: Bool = false, accumulate: Bool = false
    ) {
        precondition(a.count == m * k && b.count == k * n && c.count == m * n, "matrix sizes do not fit")
        product(CK_NN, m, n, k, a, k, b, n, &c, bias, flags(relu, accumulate))
    }

    /// C[m×n] (+)= A[k×m]ᵀ · B[k×n]: a layer's weight gradient, k being the batch.
    public static func gemmTN(
        m: Int, n: Int, k: Int, a: Span<Float>, b: Span<Float>, c: inout MutableSpan<Float>,
        bias: Span<Float>? = nil, relu: Bool = false, accumulate: Bool = false
    ) {
        precondition(a.count == k * m && b.count == k * n && c.count == m * n, "matrix sizes do not fit")
        product(CK_TN, m, n, k, a, m, b, n, &c, bias, flags(relu, accumulate))
    }

    /// ``gemmNT(m:n:k:a:b:c:bias:relu:accumulate:steady:)`` on pointers; `lda`, `ldb`, `ldc` are the distances of two rows and
    /// default to the row's length.
    public static func unsafeGemmNT(
        m: Int, n: Int, k: Int, a: UnsafePointer<Float>, lda: Int? = nil, b: UnsafePointer<Float>, ldb: Int? = nil,
        c: UnsafeMutablePointer<Float>, ldc: Int? = nil, bias: UnsafePointer<Float>? = nil, relu: Bool = false,
        accumulate: Bool = false, steady: Bool = false
    ) {
        let flags = flags(relu, accumulate, steady)
        unsafe table.pointee.gemm(Int32(CK_NT), m, n, k, a, lda ?? k, b, ldb ?? k, c, ldc ?? n, bias, flags)
    }

    /// ``gemmNN(m:n:k:a:b:c:bias:relu:accumulate:)`` on pointers; `lda`, `ldb`, `ldc` are the distances of two rows and
    /// default to the row's length.
    public static func unsafeGemmNN(
        m: Int, n: Int, k: Int, a: UnsafePointer<Float>, lda: Int? = nil, b: UnsafePointer<Float>, ldb: Int? = nil,
        c: UnsafeMutablePointer<Float>, ldc: Int? = nil, bias: UnsafePointer<Float>? = nil, relu: Bool = false,
        accumulate: Bool = false
    ) {
        let flags = flags(relu, accumulate)
        unsafe table.pointee.gemm(Int32(CK_NN), m, n, k, a, lda ?? k, b, ldb ?? n, c, ldc ?? n, bias, flags)
    }

    /// ``gemmTN(m:n:k:a:b:c:bias:relu:accumulate:)`` on pointers; `lda`, `ldb`, `ldc` are the distances of two rows and
    /// default to the row's length.
    public static func unsafeGemmTN(
        m: Int, n: Int, k: Int, a: UnsafePointer<Float>, lda: Int? = nil, b: UnsafePointer<Float>, ldb: Int? = nil,
        c: UnsafeMutablePointer<Float>, ldc: Int? = nil, bias: UnsafePointer<Float>? = nil, relu: Bool = false,
        accumulate: Bool = false
    ) {
        let flags = flags(relu, accumulate)
        unsafe table.pointee.gemm(Int32(CK_TN), m, n, k, a, lda ?? m, b, ldb ?? n, c, ldc ?? n, bias, flags)
    }

    private static func flags(_ relu: Bool, _ accumulate: Bool, _ steady: Bool = false) -> Int32 {
        Int32((relu ? CK_RELU : 0) | (accumulate ? CK_ACCUMULATE : 0) | (steady ? CK_STEADY : 0))
    }

    private static func product(
        _ form: Int, _ m: Int, _ n: Int, _ k: Int, _ a: Span<Float>, _ lda: Int, _ b: Span<Float>, _ ldb: Int,
        _ c: inout MutableSpan<Float>, _ bias: Span<Float>?, _ flags: Int32
    ) {
        if let bias { precondition(bias.count == n, "the bias has not a value for each column") }
        unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                unsafe c.withUnsafeMutableBufferPointer { c in
                    let (a, b, c) = (a.baseAddress, b.baseAddress, c.baseAddress)
                    guard let bias else {
                        return unsafe table.pointee.gemm(Int32(form), m, n, k, a, lda, b, ldb, c, n, nil, flags)
                    }
                    unsafe bias.withUnsafeBufferPointer { bias in
                        unsafe table.pointee.gemm(
                            Int32(form), m, n, k, a, lda, b, ldb, c, n, bias.baseAddress, flags)
                    }
                }
            }
        }
    }
}
