import CKernels

extension Kernels {
    /// Σ a·b of two vectors of the same length. O(count).
    public static func dot(_ a: Span<Float>, _ b: Span<Float>) -> Float {
        precondition(a.count == b.count, "vectors differ in length")
        return unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                unsafe table.pointee.dot(a.count, a.baseAddress, b.baseAddress)
            }
        }
    }

    /// Σ a·b of `count` values each.
    public static func unsafeDot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Float {
        unsafe table.pointee.dot(count, a, b)
    }

    /// y += alpha·x. O(count).
    public static func axpy(_ alpha: Float, _ x: Span<Float>, into y: inout MutableSpan<Float>) {
        precondition(x.count == y.count, "vectors differ in length")
        unsafe x.withUnsafeBufferPointer { x in
            unsafe y.withUnsafeMutableBufferPointer { y in
                unsafe table.pointee.axpy(x.count, alpha, x.baseAddress, y.baseAddress)
            }
        }
    }

    /// y += alpha·x over `count` values.
    public static func unsafeAxpy(
        _ alpha: Float, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
    ) {
        unsafe table.pointee.axpy(count, alpha, x, y)
    }

    /// So many rows ahead are fetched where the rows of a loop lie anywhere.
    public static var rowsAhead: Int { Int(CK_ROWS_AHEAD) }

    /// Has a row brought into the caches while others are worked on.
    public static func unsafePrefetch(_ row: UnsafePointer<Float>, count: Int) {
        unsafe ck_prefetch_row(row, count * MemoryLayout<Float>.stride)
    }

    /// Copies rows of `size` bytes that lie anywhere, one after the other. O(rows·size).
    public static func unsafeGather(
        _ rows: UnsafeBufferPointer<UnsafeRawPointer?>, size: Int, into output: UnsafeMutableRawPointer
    ) {
        unsafe ck_gather_rows(rows.count, size, rows.baseAddress, output)
    }

    /// Σ x². O(count).
    public static func sumOfSquares(_ x: Span<Float>) -> Float {
        dot(x, x)
    }

    /// x = exp(x); relative error below 3e-7, 0 below -87.33, infinity above 88.72. O(count).
    public static func exp(_ x: inout MutableSpan<Float>) {
        unsafe x.withUnsafeMutableBufferPointer { x in
            unsafe table.pointee.exp(x.count, x.baseAddress, x.baseAddress)
        }
    }

    /// Scales a vector to length one and returns its former length; a vector shorter than 1e-12 stays as it is.
    @discardableResult
    public static func normalise(_ x: inout MutableSpan<Float>) -> Float {
        unsafe x.withUnsafeMutableBufferPointer { x in
            let length = unsafe table.pointee.dot(x.count, x.baseAddress, x.baseAddress).squareRoot()
            guard length > 1e-12 else { return length }
            let factor = 1 / length
            for i in x.indices { unsafe x[i] *= factor }
            return length
        }
    }
}

extension Kernels {
    /// One step of greedy maximal marginal relevance: highest[i] = max(highest[i], similarity[i]), then the lowest i
    /// with the greatest lambda·relevance[i] - (1 - lambda)·highest[i]. At least one candidate. O(count).
    public static func mmrStep(
        lambda: Float, relevance: Span<Float>, similarity: Span<Float>, highest: inout MutableSpan<Float>
    ) -> Int {
        let count = relevance.count
        precondition(count > 0 && similarity.count == count && highest.count == count, "vectors differ in length")
        return unsafe relevance.withUnsafeBufferPointer { relevance in
            unsafe similarity.withUnsafeBufferPointer { similarity in
                unsafe highest.withUnsafeMutableBufferPointer { highest in
                    unsafe table.pointee.mmr_step(
                        count, lambda, relevance.baseAddress, similarity.baseAddress, highest.baseAddress)
                }
            }
        }
    }
}
