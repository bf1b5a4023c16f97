public import Domain
import Kernels

/// Candidates that come by links of a user's latest items, in one list with those that the two-tower model found. Keeps
/// memory between calls.
///
/// Of a list's places a share (``ItemLinks/places``) is kept for what links of the kind *company* alone bring, the strongest
/// from the latest items; what they leave goes to the model's further candidates. Work is bounded: ``LinkRoots/limit`` items with as many links as the table keeps of each.
public struct LinkRecall: Sendable {
    /// A user's candidates, in the order of their scores.
    public struct Candidates: Sendable {
        public var items: [ItemNumber] = []
        /// The two-tower model's score of each.
        public var scores: [Float] = []
        /// Whether links brought it, and not the model.
        public var isLinked: [Bool] = []

        public init() {}
    }

    /// What a user may not be given.
    public struct Rules {
        var seen: [ItemNumber]
        var excluded: [ItemNumber]
        var isAllowed: (ItemNumber) -> Bool

        public init(
            seen: [ItemNumber], excluded: [ItemNumber] = [], isAllowed: @escaping (ItemNumber) -> Bool
        ) {
            (self.seen, self.excluded, self.isAllowed) = (seen, excluded, isAllowed)
        }
    }

    /// Of how many items for each place it is asked whether they are allowed.
    private static let asked = 4

    private var roots = LinkRoots()
    /// A bit for each item number that may not come by links; all zero between calls.
    private var barred: [UInt64] = []
    /// Rows by a hash, −1 where there is none, with their sums.
    private var keys: [Int32] = []
    private var sums: [Float] = []
    /// The slots in use.
    private var used: [Int32] = []
    /// What links bring and may be given, with the sums.
    private var found: [ItemNumber] = []
    private var strengths: [Float] = []
    private var linked: [(score: Float, item: ItemNumber)] = []

    public init() {}

    /// Fills a list of `limit` places at most.
    ///
    /// - Parameters:
    ///   - found: at least the best `limit` items of the two-tower model that the rules allow, best first, with `scores`.
    ///   - vector: the user's.
    public mutating func fill(
        _ limit: Int, found: Span<ItemNumber>, scores: Span<Float>, user: UserState, vector: Span<Float>, rules: Rules,
        bundle: ModelBundle, vectors: ItemVectors, into candidates: inout Candidates
    ) {
        candidates.items.removeAll(keepingCapacity: true)
        candidates.scores.removeAll(keepingCapacity: true)
        candidates.isLinked.removeAll(keepingCapacity: true)
        linked.removeAll(keepingCapacity: true)
        let most = limit * (bundle.links?.places ?? 0) / 100
        let own = min(found.count, limit - most)
        if let links = bundle.links, most > 0 {
            roots.take(user.history.span, of: vectors)
            sum(links)
            setBarred(true, rules, found.extracting(0..<own))
            collect(most, rules, vectors, vector)
            setBarred(false, rules, found.extracting(0..<own))
        }
        merge(limit, found, scores, own, into: &candidates)
    }

    private mutating func sum(_ links: ItemLinks) {
        used.removeAll(keepingCapacity: true)
        var most = 0
        for row in roots.rows where Int(row) < links.items {
            most += Int(links.starts[Int(row) + 1] - links.starts[Int(row)])
        }
        var slots = 1024
        while slots < 2 * most { slots *= 2 }
        if keys.count < slots {
            keys = [Int32](repeating: -1, count: slots)
            sums = [Float](repeating: 0, count: slots)
        }
        let (mask, kind) = (keys.count - 1, ItemLinks.Kind.company.rawValue)
        unsafe keys.withUnsafeMutableBufferPointer { keys in
            unsafe sums.withUnsafeMutableBufferPointer { sums in
                for (root, row) in roots.rows.enumerated() where Int(row) < links.items {
                    let share = links.scales[Int(row)][kind] * roots.recent[root]
                    for link in Int(links.starts[Int(row)])..<Int(links.starts[Int(row) + 1]) {
                        let weight = Float(links.weights[link][kind])
                        guard weight > 0 else { continue }
                        let target = links.targets[link]
                        var slot = Int(truncatingIfNeeded: UInt32(bitPattern: target) &* 0x9E37_79B1 >> 12) & mask
                        while unsafe keys[slot] >= 0 && keys[slot] != target { slot = (slot + 1) & mask }
                        if unsafe keys[slot] < 0 {
                            unsafe keys[slot] = target
                            unsafe sums[slot] = 0
                            used.append(Int32(slot))
                        }
                        unsafe sums[slot] += weight * share
                    }
                }
            }
        }
    }

    /// Takes the best allowed items, with their scores by the two-tower model, best of those first. Whether an item is allowed
    /// is asked of the strongest alone: where many are not, fewer come by links.
    private mutating func collect(_ most: Int, _ rules: Rules, _ vectors: ItemVectors, _ vector: Span<Float>) {
        found.removeAll(keepingCapacity: true)
        strengths.removeAll(keepingCapacity: true)
        for slot in used {
            let row = keys[Int(slot)]
            keys[Int(slot)] = -1
            guard let item = vectors.number(of: row), !isBarred(item) else { continue }
            found.append(item)
            strengths.append(sums[Int(slot)])
        }
        var best = TopK(k: Self.asked * most)
        unsafe strengths.withUnsafeBufferPointer { strengths in
            guard let base = strengths.baseAddress else { return }
            unsafe best.unsafeOffer(base, count: strengths.count, base: 0)
        }
        best.finish()
        for place in 0..<best.count where linked.count < most {
            let item = found[Int(best.index(at: place))]
            guard rules.isAllowed(item) else { continue }
            linked.append((vectors.score(of: item, user: vector), item))
        }
        linked.sort { ($0.score, $1.item) > ($1.score, $0.item) }
    }

    private func isBarred(_ item: ItemNumber) -> Bool {
        let word = Int(item / 64)
        return word < barred.count && barred[word] >> UInt64(item % 64) & 1 == 1
    }

    private mutating func setBarred(_ isBarred: Bool, _ rules: Rules, _ own: Span<ItemNumber>) {
        for item in rules.seen { setBarred(isBarred, item) }
        for item in rules.excluded { setBarred(isBarred, item) }
        for place in own.indices { setBarred(isBarred, own[place]) }
    }

    private mutating func setBarred(_ isBarred: Bool, _ item: ItemNumber) {
        let word = Int(item / 64)
        if isBarred {
            if word >= barred.count { barred += [UInt64](repeating: 0, count: word + 1 - barred.count) }
            barred[word] |= 1 << UInt64(item % 64)
        } else {
            barred[word] = 0
        }
    }

    /// Puts both lists together by score; what the model found beyond its own places fills the rest.
    private func merge(
        _ limit: Int, _ found: Span<ItemNumber>, _ scores: Span<Float>, _ own: Int, into candidates: inout Candidates
    ) {
        var chosen = Set<ItemNumber>()
        for entry in linked { chosen.insert(entry.item) }
        var next = 0
        var filled = own + linked.count
        func takeLinked(above score: Float) {
            while next < linked.count, linked[next].score > score {
                candidates.items.append(linked[next].item)
                candidates.scores.append(linked[next].score)
                candidates.isLinked.append(true)
                next += 1
            }
        }
        for place in found.indices {
            if place >= own {
                guard filled < limit else { break }
                guard !chosen.contains(found[place]) else { continue }
                filled += 1
            }
            takeLinked(above: scores[place])
            candidates.items.append(found[place])
            candidates.scores.append(scores[place])
            candidates.isLinked.append(false)
        }
        takeLinked(above: -.infinity)
    }
}
