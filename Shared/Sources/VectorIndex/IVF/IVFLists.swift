import Kernels
import Synchronization

/// The immutable part of an IVF index: rows sorted by list, in one piece of memory laid out as ``IVFLayout`` says, and a
/// centroid for each list.
@safe
// The memory is written only while the lists are built, and a pointer to it is as good as the memory.
final class IVFLists: @unchecked Sendable {
    let layout: IVFLayout
    let storage: IndexStorage
    /// Item numbers are below this.
    let count: Int
    /// The numbers that the rows hold.
    let present: ItemFilter
    /// A row for each number, made when first asked for.
    private let rowsByNumber = Mutex<[UInt32]?>(nil)

    let rows: UnsafeMutablePointer<Int8>
    let scales: UnsafeMutablePointer<Float>
    let numbers: UnsafeMutablePointer<UInt32>
    let biases: UnsafeMutablePointer<Float>?
    let centroids: UnsafeMutablePointer<Int8>
    let centroidScales: UnsafeMutablePointer<Float>
    /// What is added to a centroid's score of a query of length one for the score of a list: twice the standard deviation
    /// that the scores of its rows have around that of the centroid.
    let spreads: UnsafeMutablePointer<Float>
    /// The same for the rows' biases: their mean and twice their standard deviation.
    let biasBounds: UnsafeMutablePointer<Float>?
    let starts: UnsafeMutablePointer<UInt32>

    /// Lists over memory that is filled already, or, with `present` given, will be before they are shared.
    init(layout: IVFLayout, storage: IndexStorage, count: Int, present: ItemFilter? = nil) {
        precondition(storage.byteCount >= layout.byteCount, "the arrays do not fit into the memory")
        self.layout = layout
        self.storage = storage
        self.count = count
        let base = unsafe storage.base
        unsafe rows = base.assumingMemoryBound(to: Int8.self)
        unsafe scales = (base + layout.scalesOffset).assumingMemoryBound(to: Float.self)
        unsafe numbers = (base + layout.numbersOffset).assumingMemoryBound(to: UInt32.self)
        unsafe biases = layout.hasBiases ? (base + layout.biasesOffset).assumingMemoryBound(to: Float.self) : nil
        unsafe centroids = (base + layout.centroidsOffset).assumingMemoryBound(to: Int8.self)
        unsafe centroidScales = (base + layout.centroidScalesOffset).assumingMemoryBound(to: Float.self)
        unsafe spreads = (base + layout.spreadsOffset).assumingMemoryBound(to: Float.self)
        unsafe biasBounds =
            layout.hasBiases ? (base + layout.biasBoundsOffset).assumingMemoryBound(to: Float.self) : nil
        unsafe starts = (base + layout.startsOffset).assumingMemoryBound(to: UInt32.self)
        if let present {
            self.present = present
        } else {
            var found = ItemFilter(count: count)
            for row in 0..<layout.rows { unsafe found.insert(numbers[row]) }
            self.present = found
        }
    }

    /// The mean of the ``spreads``. O(lists).
    var typicalSpread: Float {
        var sum: Float = 0
        for list in 0..<layout.lists { unsafe sum += spreads[list] }
        return sum / Float(max(1, layout.lists))
    }

    /// Bytes of the arrays, of the set of numbers, and of the rows by number where somebody asked for them.
    var memory: Int {
        layout.byteCount + 8 * present.words.count + 4 * rowsByNumber.withLock { $0?.count ?? 0 }
    }

    /// The rows of a list.
    @inline(__always)
    func range(of list: Int) -> Range<Int> {
        unsafe Int(starts[list])..<Int(starts[list + 1])
    }

    /// The row that holds a number, if there is one. O(1), but O(count) the first time, when a table of 4 bytes a number is
    /// made: most indexes are only searched, and save it.
    func row(of number: UInt32) -> Int? {
        guard present.contains(number) else { return nil }
        return rowsByNumber.withLock { table in
            if table == nil {
                var made = [UInt32](repeating: 0, count: count)
                for row in 0..<layout.rows { unsafe made[Int(numbers[row])] = UInt32(row) }
                table = made
            }
            return table.map { Int($0[Int(number)]) }
        }
    }

    /// A row's int8 values, `paddedDimensions` of them, and its scale.
    @discardableResult
    func read(row: Int, into vector: inout [Int8]) -> Float {
        let size = layout.paddedDimensions
        let first = unsafe rows + row / Kernels.blockRows * Kernels.blockRows * size
        var span = vector.mutableSpan
        let block = unsafe UnsafeBufferPointer(start: first, count: Kernels.blockRows * size)
        unsafe Kernels.readBlockRow(block.span, row: row % Kernels.blockRows, dimensions: size, into: &span)
        return unsafe scales[row]
    }

    /// A row's bias.
    func bias(of row: Int) -> Float {
        unsafe biases.map { unsafe $0[row] } ?? 0
    }
}
