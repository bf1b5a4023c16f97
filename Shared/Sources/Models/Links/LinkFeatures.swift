import Domain

/// What the links of a user's latest items say of candidates: features of the ranker. Keeps memory between calls.
///
/// For each kind of link and for both ways to weigh the latest items (recent, long) the weighted sum of the candidate's links
/// `s`, as ln(1 + s/10⁻⁴). O(latest items · links + candidates).
struct LinkFeatures: Sendable {
    /// A sum that counts as little: links have weights from some thousandths to one.
    private static let small: Float = 1e-4

    private var roots = LinkRoots()
    /// Rows of candidates by a hash; −1 where there is none; and the candidate's place.
    private var keys: [Int32] = []
    private var places: [Int32] = []
    private var recent: [SIMD4<Float>] = []
    private var long: [SIMD4<Float>] = []

    /// Writes the features of links into the rows of a user's candidates.
    mutating func write(
        history: Span<HistoryEntry>, candidates: Span<ItemNumber>, links: ItemLinks, vectors: ItemVectors,
        into features: inout MutableSpan<Float>
    ) {
        roots.take(history, of: vectors)
        guard !roots.rows.isEmpty else { return }
        prepare(candidates, vectors)
        sum(links)
        let width = RankingFeature.count
        let first = RankingFeature.followingRecent.rawValue
        let kinds = ItemLinks.Kind.allCases.count
        for place in candidates.indices {
            guard long[place] != .zero else {
                for target in 0..<(2 * kinds) { features[place * width + first + target] = 0 }
                continue
            }
            for kind in 0..<kinds {
                let target = place * width + first + 2 * kind
                features[target] = Logarithm.onePlus(recent[place][kind] / Self.small)
                features[target + 1] = Logarithm.onePlus(long[place][kind] / Self.small)
            }
        }
    }

    /// Enters the candidates in the table, which is a quarter full at most.
    private mutating func prepare(_ candidates: Span<ItemNumber>, _ vectors: ItemVectors) {
        var slots = 256
        while slots < 4 * candidates.count { slots *= 2 }
        if keys.count != slots {
            keys = [Int32](repeating: -1, count: slots)
            places = [Int32](repeating: 0, count: slots)
        } else {
            for slot in 0..<slots { keys[slot] = -1 }
        }
        for place in candidates.indices {
            guard let row = vectors.row(of: candidates[place]) else { continue }
            var slot = Self.slot(row, slots)
            while keys[slot] >= 0, keys[slot] != row { slot = (slot + 1) & (slots - 1) }
            keys[slot] = row
            places[slot] = Int32(place)
        }
        recent.removeAll(keepingCapacity: true)
        long.removeAll(keepingCapacity: true)
        for _ in candidates.indices {
            recent.append(.zero)
            long.append(.zero)
        }
    }

    /// Adds up the candidates' links.
    private mutating func sum(_ links: ItemLinks) {
        let slots = keys.count
        unsafe keys.withUnsafeBufferPointer { keys in
            unsafe links.targets.withUnsafeBufferPointer { targets in
                for (root, row) in roots.rows.enumerated() where Int(row) < links.items {
                    let scale = links.scales[Int(row)]
                    let (recentShare, longShare) = (scale * roots.recent[root], scale * roots.long[root])
                    for link in Int(links.starts[Int(row)])..<Int(links.starts[Int(row) + 1]) {
                        let target = unsafe targets[link]
                        var slot = Self.slot(target, slots)
                        while unsafe keys[slot] >= 0 && keys[slot] != target { slot = (slot + 1) & (slots - 1) }
                        guard unsafe keys[slot] >= 0 else { continue }
                        let (place, weights) = (Int(places[slot]), SIMD4<Float>(links.weights[link]))
                        recent[place] += weights * recentShare
                        long[place] += weights * longShare
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func slot(_ row: Int32, _ slots: Int) -> Int {
        Int(truncatingIfNeeded: UInt32(bitPattern: row) &* 0x9E37_79B1 >> 12) & (slots - 1)
    }
}
