import Kernels

/// The true best of queries: float products with all vectors.
struct TruthScan {
    let rows: QuantisedRows
    /// Rows by place, finite.
    private var vectors: [Float]
    private var scores: [Float] = []

    private static let chunk = 1_024

    /// - Parameter vectors: by number; nil for those that are stored.
    init(rows: QuantisedRows, vectors given: Span<Float>?) {
        self.rows = rows
        let size = rows.dimensions
        vectors = []
        vectors.reserveCapacity(rows.count * size)
        for row in 0..<rows.count {
            if let given {
                let first = Int(rows.numbers[row]) * size
                for d in first..<first + size { vectors.append(given[d].isFinite ? given[d] : 0) }
            } else {
                for d in 0..<size { vectors.append(Float(rows.values[row * rows.stride + d]) * rows.scales[row]) }
            }
        }
    }

    /// The numbers of each query's `k` best, best first, a given place left out.
    mutating func best(of queries: Span<Float>, count: Int, k: Int, without places: ArraySlice<Int?>) -> [[UInt32]] {
        let size = rows.dimensions
        let barred = Array(places)
        var selections: [[UInt32]] = []
        scores = Array(repeating: 0, count: count * Self.chunk)
        let queries = (0..<queries.count).map { queries[$0].isFinite ? queries[$0] : 0 }
        let batch = Selections(count: count, k: k)
        var first = 0
        while first < rows.count {
            let length = min(Self.chunk, rows.count - first)
            unsafe queries.withUnsafeBufferPointer { a in
                unsafe vectors.withUnsafeBufferPointer { b in
                    unsafe rows.biases.withUnsafeBufferPointer { biases in
                        unsafe scores.withUnsafeMutableBufferPointer { c in
                            guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress,
                                let biases = biases.baseAddress
                            else { return }
                            unsafe Kernels.unsafeGemmNT(
                                m: count, n: length, k: size, a: a, b: b + first * size, c: c, ldc: Self.chunk,
                                bias: biases + first)
                            for q in 0..<count {
                                if let place = barred[q], place >= first, place < first + length {
                                    unsafe c[q * Self.chunk + place - first] = -.infinity
                                }
                                unsafe batch.offer(q, c + q * Self.chunk, length, UInt32(first))
                            }
                        }
                    }
                }
            }
            first += length
        }
        for q in 0..<count { selections.append(batch.best(of: q).map { rows.numbers[Int($0)] }) }
        return selections
    }
}

/// A selection a query.
@safe
private final class Selections {
    private let selections: UnsafeMutableBufferPointer<TopK>

    init(count: Int, k: Int) {
        unsafe selections = .allocate(capacity: count)
        for i in 0..<count { unsafe selections.initializeElement(at: i, to: TopK(k: k)) }
    }

    deinit {
        for i in unsafe selections.indices { unsafe selections.deinitializeElement(at: i) }
        unsafe selections.deallocate()
    }

    func offer(_ q: Int, _ scores: UnsafePointer<Float>, _ count: Int, _ base: UInt32) {
        unsafe selections[q].unsafeOffer(scores, count: count, base: base)
    }

    func best(of q: Int) -> [UInt32] {
        unsafe selections[q].finish()
        return (0..<(unsafe selections[q].count)).map { unsafe selections[q].index(at: $0) }
    }
}
