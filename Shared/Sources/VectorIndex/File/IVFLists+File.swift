import Kernels

extension IVFLists {
    /// Lists over memory that a file gave; nil where it has what no lists have and a search relies on not finding.
    convenience init?(mapped layout: IVFLayout, storage: IndexStorage, count: Int) {
        guard storage.byteCount == layout.byteCount else { return nil }
        let base = unsafe UnsafeRawPointer(storage.base)
        func values<Value>(_ offset: Int, _ count: Int, _ type: Value.Type) -> UnsafeBufferPointer<Value> {
            unsafe UnsafeBufferPointer(start: (base + offset).assumingMemoryBound(to: type), count: count)
        }
        let starts = unsafe values(layout.startsOffset, layout.lists + 1, UInt32.self)
        guard unsafe starts[0] == 0, unsafe starts[layout.lists] == layout.rows else { return nil }
        for list in 0..<layout.lists { guard unsafe starts[list] <= starts[list + 1] else { return nil } }
        // What fills up the last block is not a number, and so it is never collected; nothing else is.
        guard unsafe Self.areFinite(values(layout.scalesOffset, layout.paddedRows, Float.self), layout.rows),
            unsafe Self.areFinite(values(layout.centroidScalesOffset, layout.paddedLists, Float.self), layout.lists),
            unsafe values(layout.spreadsOffset, layout.lists, Float.self).allSatisfy(\.isFinite)
        else { return nil }
        if layout.hasBiases {
            guard unsafe values(layout.biasesOffset, layout.rows, Float.self).allSatisfy(\.isFinite),
                unsafe values(layout.biasBoundsOffset, layout.lists, Float.self).allSatisfy(\.isFinite)
            else { return nil }
        }
        var present = ItemFilter(count: count)
        let numbers = unsafe values(layout.numbersOffset, layout.rows, UInt32.self)
        for row in 0..<layout.rows {
            let number = unsafe numbers[row]
            guard Int(number) < count, !present.contains(number) else { return nil }
            present.insert(number)
        }
        self.init(layout: layout, storage: storage, count: count, present: present)
    }

    /// Whether the first values are numbers and the others are not.
    private static func areFinite(_ values: UnsafeBufferPointer<Float>, _ count: Int) -> Bool {
        unsafe values[..<count].allSatisfy(\.isFinite) && values[count...].allSatisfy(\.isNaN)
    }
}
