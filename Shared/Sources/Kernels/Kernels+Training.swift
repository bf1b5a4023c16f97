import CKernels

extension Kernels {
    /// One step of Adam (Kingma & Ba, ICLR 2015, algorithm 1) over parameters, gradients and both moments, all of the
    /// same length. O(count).
    public static func adamStep(
        parameters: inout MutableSpan<Float>, gradients: Span<Float>, first: inout MutableSpan<Float>,
        second: inout MutableSpan<Float>, settings: AdamSettings
    ) {
        let count = parameters.count
        precondition(
            gradients.count == count && first.count == count && second.count == count, "vectors differ in length")
        guard count > 0 else { return }
        unsafe parameters.withUnsafeMutableBufferPointer { p in
            unsafe gradients.withUnsafeBufferPointer { g in
                unsafe first.withUnsafeMutableBufferPointer { m in
                    unsafe second.withUnsafeMutableBufferPointer { v in
                        unsafe unsafeAdamStep(
                            count: count, parameters: p.baseAddress.unsafelyUnwrapped,
                            gradients: g.baseAddress.unsafelyUnwrapped, first: m.baseAddress.unsafelyUnwrapped,
                            second: v.baseAddress.unsafelyUnwrapped, settings: settings)
                    }
                }
            }
        }
    }

    /// ``adamStep(parameters:gradients:first:second:settings:)`` over `count` values behind pointers.
    public static func unsafeAdamStep(
        count: Int, parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
        first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>, settings: AdamSettings
    ) {
        unsafe table.pointee.adam(
            count, parameters, gradients, first, second, settings.rate, settings.beta1, settings.beta2,
            settings.epsilon, settings.correction1, settings.correction2, settings.l2)
    }

    /// Turns each of `rows` rows into its softmax, and writes each row's log Σ exp. O(rows·columns).
    ///
    /// - Parameter logSumExp: one value a row.
    public static func softmaxRows(
        rows: Int, columns: Int, _ x: inout MutableSpan<Float>, logSumExp: inout MutableSpan<Float>
    ) {
        precondition(x.count == rows * columns && logSumExp.count == rows, "matrix sizes do not fit")
        unsafe x.withUnsafeMutableBufferPointer { x in
            unsafe logSumExp.withUnsafeMutableBufferPointer { lse in
                unsafe table.pointee.softmax_rows(rows, columns, x.baseAddress, columns, lse.baseAddress)
            }
        }
    }

    /// ``softmaxRows(rows:columns:_:logSumExp:)`` behind pointers.
    public static func unsafeSoftmaxRows(
        rows: Int, columns: Int, _ x: UnsafeMutablePointer<Float>, logSumExp: UnsafeMutablePointer<Float>? = nil
    ) {
        unsafe table.pointee.softmax_rows(rows, columns, x, columns, logSumExp)
    }

    /// out[column] += Σ rows of x: a bias gradient. O(rows·columns).
    public static func addColumnSums(rows: Int, columns: Int, _ x: Span<Float>, into out: inout MutableSpan<Float>) {
        precondition(x.count == rows * columns && out.count == columns, "matrix sizes do not fit")
        unsafe x.withUnsafeBufferPointer { x in
            unsafe out.withUnsafeMutableBufferPointer { out in
                unsafe table.pointee.column_sums(rows, columns, x.baseAddress, columns, out.baseAddress)
            }
        }
    }

    /// ``addColumnSums(rows:columns:_:into:)`` behind pointers.
    public static func unsafeAddColumnSums(
        rows: Int, columns: Int, _ x: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>
    ) {
        unsafe table.pointee.column_sums(rows, columns, x, columns, out)
    }

    /// Sets the gradient to zero where the rectified output is zero: the derivative of `max(0, ·)`. O(count).
    public static func reluGradient(output: Span<Float>, gradient: inout MutableSpan<Float>) {
        precondition(output.count == gradient.count, "vectors differ in length")
        unsafe output.withUnsafeBufferPointer { y in
            unsafe gradient.withUnsafeMutableBufferPointer { g in
                unsafe table.pointee.relu_gradient(y.count, y.baseAddress, g.baseAddress)
            }
        }
    }

    /// ``reluGradient(output:gradient:)`` over `count` values behind pointers.
    public static func unsafeReluGradient(
        count: Int, output: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>
    ) {
        unsafe table.pointee.relu_gradient(count, output, gradient)
    }
}
