/// The queries that an index is measured with.
struct TuningQueries {
    /// Row by row.
    private(set) var vectors: [Float] = []
    /// The item that each query is, as a list of at most one number.
    private(set) var numbers: [[UInt32]] = []
    /// Its place among the rows; nil where the query is no item.
    private(set) var places: [Int?] = []

    var count: Int { places.count }

    /// At most `most` of the given queries, or of the items when there are none.
    init(rows: QuantisedRows, vectors given: Span<Float>?, queries: Span<Float>?, most: Int, seed: UInt64) {
        var random = SeededRandom(seed: seed ^ 0x5EED)
        let size = rows.dimensions
        if let queries, queries.count > 0 {
            for query in random.sample(most, of: queries.count / size) {
                for d in 0..<size { vectors.append(queries[query * size + d]) }
                numbers.append([])
                places.append(nil)
            }
            return
        }
        guard rows.count > 1 else { return }
        for row in random.sample(most, of: rows.count) {
            let number = rows.numbers[row]
            if let given {
                for d in 0..<size { vectors.append(given[Int(number) * size + d]) }
            } else {
                for d in 0..<size { vectors.append(Float(rows.values[row * rows.stride + d]) * rows.scales[row]) }
            }
            numbers.append([number])
            places.append(row)
        }
    }
}
