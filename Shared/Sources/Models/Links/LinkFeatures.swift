import Domain

/// What the links of a user's items say of candidates: features of the ranker. Keeps memory between calls.
///
/// For each kind of link and for both ways to weigh the items (``LinkRoots``) the weighted sum of the candidate's links `s`, as
/// ln(1 + s). O(items · links + candidates).
struct LinkFeatures: Sendable {
    private static let kinds = ItemLinks.Kind.allCases.count

    private var roots = LinkRoots()
    /// Rows of candidates by a hash, −1 where there is none, with the candidate's place.
    private var slots: [Slot] = []
    /// The weighted sums of each candidate.
    private var sums: [Sums] = []

    private struct Slot {
        var row: Int32 = -1
        var place: Int32 = 0
    }

    private struct Sums {
        var recent = SIMD4<Float>.zero
        var long = SIMD4<Float>.zero
    }

    /// Writes the features of links into the rows of a user's candidates, which are zero there.
    mutating func write(
        history: Span<HistoryEntry>, candidates: Span<ItemNumber>, links: ItemLinks, vectors: ItemVectors,
        into features: inout MutableSpan<Float>
    ) {
        precondition(features.count >= candidates.count * RankingFeature.count, "a row of features for each candidate")
        roots.take(history, of: vectors, links.roots)
        guard !roots.rows.isEmpty else { return }
        prepare(candidates, vectors)
        sum(links)
        unsafe features.withUnsafeMutableBufferPointer { features in
            for place in sums.indices where sums[place].long != .zero {
                let first = place * RankingFeature.count + RankingFeature.followingRecent.rawValue
                let (recent, long) = (sums[place].recent, sums[place].long)
                for kind in 0..<Self.kinds {
                    unsafe features[first + 2 * kind] = Logarithm.onePlus(recent[kind])
                    unsafe features[first + 2 * kind + 1] = Logarithm.onePlus(long[kind])
                }
            }
        }
    }

    /// Enters the candidates in the table, which is a quarter full at most.
    private mutating func prepare(_ candidates: Span<ItemNumber>, _ vectors: ItemVectors) {
        var count = 256
        while count < 4 * candidates.count { count *= 2 }
        if slots.count != count { slots = [Slot](repeating: Slot(), count: count) }
        if sums.count != candidates.count { sums = [Sums](repeating: Sums(), count: candidates.count) }
        unsafe sums.withUnsafeMutableBufferPointer { unsafe $0.update(repeating: Sums()) }
        unsafe slots.withUnsafeMutableBufferPointer { slots in
            unsafe slots.update(repeating: Slot())
            for place in candidates.indices {
                guard let row = vectors.row(of: candidates[place]) else { continue }
                var slot = Self.slot(row, count - 1)
                while unsafe slots[slot].row >= 0 && slots[slot].row != row { slot = (slot + 1) & (count - 1) }
                unsafe slots[slot] = Slot(row: row, place: Int32(place))
            }
        }
    }

    /// Adds up the candidates' links.
    private mutating func sum(_ links: ItemLinks) {
        for (root, row) in roots.rows.enumerated() where Int(row) < links.items {
            let scale = links.scales[Int(row)]
            let (recentShare, longShare) = (scale * roots.recent[root], scale * roots.long[root])
            let range = Int(links.starts[Int(row)])..<Int(links.starts[Int(row) + 1])
            let (targets, weights) = (links.targets.span.extracting(range), links.weights.span.extracting(range))
            let mask = slots.count - 1
            unsafe slots.withUnsafeBufferPointer { slots in
                unsafe sums.withUnsafeMutableBufferPointer { sums in
                    for link in targets.indices {
                        let target = targets[link]
                        var slot = Self.slot(target, mask)
                        while unsafe slots[slot].row >= 0 && slots[slot].row != target { slot = (slot + 1) & mask }
                        guard unsafe slots[slot].row >= 0 else { continue }
                        let place = unsafe Int(slots[slot].place)
                        let steps = SIMD4<Float>(weights[link])
                        unsafe sums[place].recent += steps * recentShare
                        unsafe sums[place].long += steps * longShare
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func slot(_ row: Int32, _ mask: Int) -> Int {
        Int(truncatingIfNeeded: UInt32(bitPattern: row) &* 0x9E37_79B1 >> 12) & mask
    }
}
