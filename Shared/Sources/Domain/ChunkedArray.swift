/// An array whose copies share all but the chunks that were written since: the store behind snapshots.
///
/// Elements are kept in chunks of 1,024. A copy costs one reference a chunk at the next write, a write to a shared chunk
/// copies that chunk. Reading is O(1).
@frozen
public struct ChunkedArray<Element: Sendable>: Sendable {
    /// Elements a chunk.
    @inlinable
    public static var chunkLength: Int { 1024 }

    @usableFromInline
    var chunks: [[Element]] = []

    @usableFromInline
    var storedCount = 0

    /// How many elements there are.
    @inlinable
    public var count: Int { storedCount }

    /// An empty array.
    @inlinable
    public init() {}

    /// The element at an index below ``count``.
    @inlinable
    public subscript(index: Int) -> Element {
        // Lent, not copied: a look at one field of a large element touches no reference count.
        _read { yield chunks[index >> 10][index & 1023] }
        _modify { yield &chunks[index >> 10][index & 1023] }
    }

    /// Lends the element at an index below ``count`` to `body`. Neither the element nor what it refers to is retained,
    /// which tells where threads look at the same elements: a reference count is memory that all of them write.
    @inlinable
    public func withElement<Result>(_ index: Int, _ body: (borrowing Element) -> Result) -> Result {
        unsafe chunks.withUnsafeBufferPointer { chunks in
            unsafe chunks[index >> 10].withUnsafeBufferPointer { unsafe body($0[index & 1023]) }
        }
    }

    /// Adds an element at the end.
    @inlinable
    public mutating func append(_ element: Element) {
        if storedCount & 1023 == 0 {
            var chunk: [Element] = []
            chunk.reserveCapacity(Self.chunkLength)
            chunks.append(chunk)
        }
        chunks[storedCount >> 10].append(element)
        storedCount += 1
    }

    /// Appends copies of an element until ``count`` is at least `minimum`.
    @inlinable
    public mutating func grow(to minimum: Int, filling element: Element) {
        while count < minimum { append(element) }
    }

    /// The elements of chunk `index`, for loops that look at all of them.
    @inlinable
    public func chunk(_ index: Int) -> [Element] { chunks[index] }

    /// How many chunks there are.
    @inlinable
    public var chunkCount: Int { chunks.count }
}
