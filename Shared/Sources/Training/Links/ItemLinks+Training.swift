import Domain
import Kernels
import Models

extension ItemLinks {
    /// Links of an item that are kept.
    static let strongest = 64
    /// Items of a user that count, the latest.
    private static let longestHistory = 200

    /// How each kind counts pairs. Where there is no order, only company says anything.
    private static func rule(of kind: Kind, _ roots: Roots) -> SequencePairs.Rule {
        if roots == .all, kind != .company { return SequencePairs.Rule(reach: 0, isDirected: false, fades: false) }
        return switch kind {
        case .following: SequencePairs.Rule(reach: 10, isDirected: true, fades: true)
        case .company: SequencePairs.Rule(reach: 100, isDirected: false, fades: false)
        case .near: SequencePairs.Rule(reach: 10, isDirected: false, fades: true)
        }
    }

    /// Links of what users took, in the order of their first meetings with it; `interactions` come in time order.
    ///
    /// - Parameter rows: the row that a model has for each item of the catalogue; nil for none.
    init(
        of interactions: some Sequence<Interaction>, users: Int, rows: [Int32?], count: Int, roots: Roots,
        threads: Int
    ) {
        var sequences = [[Int32]](repeating: [], count: users)
        var met = Set<UInt64>()
        for interaction in interactions where interaction.entry.kind != .impression && interaction.entry.weight > 0 {
            guard let row = rows[Int(interaction.entry.item)],
                met.insert(UInt64(interaction.user) << 32 | UInt64(interaction.entry.item)).inserted
            else { continue }
            sequences[Int(interaction.user)].append(row)
        }
        let pairs = SequencePairs(
            sequences.map { Array($0.suffix(Self.longestHistory)) }, itemCount: count,
            rules: Kind.allCases.map { Self.rule(of: $0, roots) })
        let parts = Collected<[[Link]]>(count: threads)
        Parallel.run(threads) { part in
            var links: [[Link]] = []
            var best = TopK(k: Self.strongest)
            pairs.forEach(Parallel.share(of: count, part: part, parts: threads)) { _, others, weights in
                links.append(Self.strongest(others, weights, &best))
            }
            parts.set(links, at: part)
        }
        self.init(parts.values.flatMap(\.self), roots: roots)
    }

    /// The links that are strongest by the sum of all kinds, each as a share of the item's strongest of its kind; of equal ones
    /// the first. O(others).
    private static func strongest(_ others: [Int32], _ weights: [SIMD4<Float>], _ best: inout TopK) -> [Link] {
        let most = weights.reduce(SIMD4(repeating: .leastNormalMagnitude)) { pointwiseMax($0, $1) }
        let strengths = weights.map { ($0 / most).sum() }
        best.reset(k: strongest)
        unsafe strengths.withUnsafeBufferPointer { strengths in
            guard let base = strengths.baseAddress else { return }
            unsafe best.unsafeOffer(base, count: strengths.count, base: 0)
        }
        best.finish()
        return (0..<best.count).map { place in
            let link = Int(best.index(at: place))
            return Link(target: others[link], weights: weights[link])
        }
    }
}
