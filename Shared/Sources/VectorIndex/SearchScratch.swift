import Kernels

/// Memory that a thread's searches work in, kept between them: a warm search allocates nothing.
public final class SearchScratch {
    /// Queries that are scanned together.
    static let batch = 8

    var quantised: [Int8] = []
    var scales: [Float] = []
    var scores: [Float] = []
    /// A bitmap of barred numbers for each query of the batch, all zero between searches.
    var excluded: [UInt64] = []
    /// Scores that the selections began above.
    var floors: [Float] = []
    /// What a search of lists needs besides.
    let lists = ListScratch()
    var selections = InlineArray<8, TopK> { _ in TopK() }

    /// Empty memory.
    public init() {}

    func prepare(dimensions: Int, chunks: Int) {
        Self.grow(&quantised, to: Self.batch * dimensions, filling: 0)
        Self.grow(&scales, to: Self.batch, filling: 0)
        Self.grow(&floors, to: Self.batch, filling: 0)
        Self.grow(&scores, to: Self.batch * Chunk.rows, filling: 0)
        Self.grow(&excluded, to: Self.batch * chunks * Chunk.rows / 64, filling: 0)
    }

    static func grow<T>(_ array: inout [T], to count: Int, filling value: T) {
        guard array.count < count else { return }
        array.append(contentsOf: repeatElement(value, count: count - array.count))
    }
}
