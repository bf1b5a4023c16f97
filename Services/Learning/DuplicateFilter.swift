/// Passes each id once: for logs that hold what was sent twice twice. 64 bits are kept of each.
struct DuplicateFilter {
    private let isNeeded: Bool
    private var seen: Set<UInt64> = []

    init(isNeeded: Bool) {
        self.isNeeded = isNeeded
    }

    mutating func isFirst(_ id: String) -> Bool {
        !isNeeded || seen.insert(CorpusBuilder.hash(of: id)).inserted
    }
}
