import Kernels

extension IVFIndex {
    /// This index with items added or replaced; of two entries with the same number the later one counts. Numbers beyond
    /// the end make the index grow. O(count / 64 + inserted since the lists were made).
    public func inserting(_ entries: [IndexEntry]) -> IVFIndex {
        var last: [UInt32: Int] = [:]
        for (i, entry) in entries.enumerated() {
            precondition(entry.vector.count == dimensions, "vector size does not fit")
            last[entry.number] = i
        }
        let latest = entries.indices.filter { last[entries[$0].number] == $0 }.map { entries[$0] }
        return changed(erasing: latest.map(\.number), appending: latest)
    }

    /// This index without some items; numbers that are not there change nothing.
    /// O(count / 64 + inserted since the lists were made).
    public func deleting(_ numbers: [UInt32]) -> IVFIndex {
        changed(erasing: numbers, appending: [])
    }

    private func changed(erasing numbers: [UInt32], appending entries: [IndexEntry]) -> IVFIndex {
        var dead = dead
        var deadCount = deadCount
        for number in numbers where base.present.contains(number) {
            var marks = dead ?? ItemFilter(count: base.count)
            if !marks.contains(number) {
                dead = nil
                marks.insert(number)
                deadCount += 1
            }
            dead = marks
        }
        var delta = delta
        delta.change(erasing: numbers, appending: entries)
        let end = entries.map { Int($0.number) + 1 }.max() ?? 0
        return IVFIndex(
            base: base, table: table, recall: recall, seed: seed, count: max(count, end), dead: dead,
            deadCount: deadCount, delta: delta)
    }

    /// Whether so much has changed since the lists were made that making them again pays: an eighth of the items deleted or
    /// replaced, or so many inserted that scanning them is a good part of a search.
    public var needsRebuild: Bool {
        8 * deadCount > max(base.layout.rows, 1_024) || delta.used > max(2_048, base.layout.rows / 64)
    }

    /// An index with the same content, all of it in lists. Slow; the same for the same content and seed.
    public func rebuilt() -> IVFIndex {
        var rows = QuantisedRows(dimensions: dimensions)
        rows.reserve(aliveCount)
        var places = [(number: UInt32, row: Int)]()
        places.reserveCapacity(aliveCount)
        for row in 0..<base.layout.rows {
            let number = unsafe base.numbers[row]
            if !(dead?.contains(number) ?? false) { places.append((number, row)) }
        }
        for (chunk, numbers) in delta.numbers.enumerated() {
            for (row, number) in numbers.enumerated() where delta.chunks[chunk].isAlive(row) {
                places.append((number, base.layout.rows + chunk * Chunk.rows + row))
            }
        }
        places.sort { $0.number < $1.number }
        var values = [Int8](repeating: 0, count: base.layout.paddedDimensions)
        for place in places {
            if place.row < base.layout.rows {
                let scale = base.read(row: place.row, into: &values)
                rows.append(number: place.number, values: values, scale: scale, bias: base.bias(of: place.row))
            } else {
                let row = place.row - base.layout.rows
                let chunk = delta.chunks[row / Chunk.rows]
                let scale = chunk.read(row: row % Chunk.rows, into: &values)
                rows.append(
                    number: place.number, values: values, scale: scale, bias: chunk.bias(of: row % Chunk.rows))
            }
        }
        let built = IndexBuilder(recall: recall, seed: seed).lists(of: rows, count: count, vectors: nil, queries: nil)
        // The measurement could only compare with what is stored, so that it has not seen what quantising the items costs.
        let factor = Double(built.lists) / Double(max(1, lists))
        return IVFIndex(
            base: built.base, table: built.table.raised(to: table, factor: factor), recall: recall, seed: seed)
    }
}
