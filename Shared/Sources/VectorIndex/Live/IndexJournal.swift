/// What changed in an index since a moment: of each number the last change.
struct IndexJournal {
    /// A new entry, or nil where the item went.
    private var changes: [UInt32: IndexEntry?] = [:]

    var isEmpty: Bool { changes.isEmpty }
    var count: Int { changes.count }

    mutating func insert(_ entries: [IndexEntry]) {
        for entry in entries { changes[entry.number] = .some(entry) }
    }

    mutating func delete(_ numbers: [UInt32]) {
        for number in numbers { changes[number] = .some(nil) }
    }

    /// An index with the changes made. The order of the numbers is theirs, so that the result depends on the changes alone.
    func applied(to index: any VectorIndex) -> any VectorIndex {
        guard !isEmpty else { return index }
        let ordered = changes.sorted { $0.key < $1.key }
        let entries = ordered.compactMap(\.value)
        let gone = ordered.filter { $0.value == nil }.map(\.key)
        return index.changed(inserting: entries, deleting: gone)
    }
}

extension VectorIndex {
    /// With entries added or replaced, then some numbers deleted.
    func changed(inserting entries: [IndexEntry], deleting numbers: [UInt32]) -> any VectorIndex {
        let inserted: any VectorIndex = entries.isEmpty ? self : inserting(entries)
        return numbers.isEmpty ? inserted : inserted.deleting(numbers)
    }
}
