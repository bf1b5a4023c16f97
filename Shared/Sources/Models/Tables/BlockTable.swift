/// Rows of one width that grow at the end, as a value: copies share all blocks but those written since.
///
/// A block holds 256 rows, zeros at first. Finding a row is two loads and touches no reference count, for those are memory
/// that all threads write. A row stays where it is as long as any table that holds it lives and is not written to.
struct BlockTable<Element: BitwiseCopyable & AdditiveArithmetic & Sendable>: Sendable {
    /// Rows a block.
    static var blockRows: Int { 256 }

    /// Owns the memory of a block.
    @safe
    private final class Block {
        let base: UnsafeMutablePointer<Element>
        let count: Int

        init(count: Int) {
            self.count = count
            unsafe base = .allocate(capacity: count)
            unsafe base.initialize(repeating: .zero, count: count)
        }

        func copy() -> Block {
            let copy = Block(count: count)
            unsafe copy.base.update(from: base, count: count)
            return copy
        }

        deinit { unsafe base.deallocate() }
    }

    @safe
    // A block is written only while one table alone refers to it: see `mutableBase`.
    private struct Storage: @unchecked Sendable {
        var blocks: [Block] = []
        // Bases of `blocks`, so that reading touches no reference count.
        var bases: [UnsafeMutablePointer<Element>] = unsafe []
    }

    private var storage = Storage()

    /// Elements a row.
    let width: Int
    /// Rows there are.
    private(set) var count = 0

    /// A table without rows.
    init(width: Int) {
        precondition(width >= 0, "a width is not negative")
        self.width = width
    }

    /// Adds rows of zeros until there are `count`.
    mutating func grow(to count: Int) {
        while storage.blocks.count * Self.blockRows < count {
            let block = Block(count: Self.blockRows * width)
            storage.blocks.append(block)
            unsafe storage.bases.append(block.base)
        }
        self.count = max(self.count, count)
    }

    /// Where rows are: for loops, in which nothing but the row's base has to be looked up.
    @safe
    struct Rows {
        fileprivate let bases: UnsafeBufferPointer<UnsafeMutablePointer<Element>>
        fileprivate let width: Int
        fileprivate let count: Int

        /// The memory of a row, as long as the table is lent.
        @unsafe
        subscript(row: Int) -> UnsafePointer<Element> {
            precondition(row >= 0 && row < count, "a row beyond the table")
            return unsafe UnsafePointer(bases[row / BlockTable.blockRows] + (row % BlockTable.blockRows) * width)
        }
    }

    /// Lends the rows; none is written meanwhile.
    func withRows<Result>(_ body: (Rows) -> Result) -> Result {
        unsafe storage.bases.withUnsafeBufferPointer { bases in
            unsafe body(Rows(bases: bases, width: width, count: count))
        }
    }

    /// The memory of a row: valid while this table, or a copy of it, lives and is not written to.
    @unsafe
    func base(of row: Int) -> UnsafePointer<Element> {
        unsafe withRows { rows in unsafe rows[row] }
    }

    /// The memory of a row, to write `width` elements to before anything else is done with the table. O(1), or O(256 · width)
    /// where a copy shares the block.
    @unsafe
    mutating func mutableBase(of row: Int) -> UnsafeMutablePointer<Element> {
        precondition(row >= 0 && row < count, "a row beyond the table")
        let index = row / Self.blockRows
        if !isKnownUniquelyReferenced(&storage.blocks[index]) {
            storage.blocks[index] = storage.blocks[index].copy()
            unsafe storage.bases[index] = storage.blocks[index].base
        }
        return unsafe storage.bases[index] + (row % Self.blockRows) * width
    }
}
