/// Item-to-item links: for each item of a model the items that go with it, the strongest first, a byte for each kind of link.
///
/// Rows are those of ``TwoTowerModel/items``; which number of a catalogue a row has, ``ItemVectors`` knows. A link's weight of
/// kind `k` is `weights[link][k] · scales[item][k]`.
public struct ItemLinks: Sendable, Equatable {
    /// What makes two items go together.
    public enum Kind: Int, Sendable, CaseIterable {
        /// The other one follows soon after.
        case following
        /// The same users take both.
        case company
        /// Both are near each other in users' histories, in any order.
        case near
    }

    /// Which of a user's items links are followed from.
    public enum Roots: String, Sendable, CaseIterable {
        /// The latest, the more the later.
        case latest
        /// All that are remembered (`UserState.taken`), alike: for histories that do not tell what came first.
        case all
    }

    /// Which of a user's items these links are followed from.
    public let roots: Roots

    /// Where each item's links begin, and where the last one's end: items + 1 values.
    let starts: [Int32]
    /// Rows of the other items.
    let targets: [Int32]
    /// A byte from 0 to 127 for each kind, in the order of ``Kind``; the last one is 0.
    let weights: [SIMD4<UInt8>]
    /// items × kinds: what a byte is worth.
    let scales: [SIMD4<Float>]

    /// Items that have, or could have, links.
    public var items: Int { starts.count - 1 }
    /// Links there are.
    public var count: Int { targets.count }
    /// Bytes that they take.
    public var bytes: Int { 4 * starts.count + 8 * targets.count + 16 * scales.count }

    /// What an item's strongest link of a kind is, in bytes.
    private static let steps: Float = 127

    /// A link with its weights, in the order of ``Kind``.
    public struct Link: Sendable, Equatable {
        public var target: Int32
        public var weights: SIMD4<Float>

        public init(target: Int32, weights: SIMD4<Float>) {
            self.target = target
            self.weights = weights
        }
    }

    /// The links of each item, rounded to bytes; targets are below the number of items, weights not negative.
    public init(_ links: [[Link]], roots: Roots = .latest) {
        var starts: [Int32] = [0]
        var (targets, weights, scales) = ([Int32](), [SIMD4<UInt8>](), [SIMD4<Float>]())
        for list in links {
            let scale = list.reduce(into: SIMD4<Float>.zero) { $0 = pointwiseMax($0, $1.weights) } / Self.steps
            for link in list {
                let steps = link.weights / pointwiseMax(scale, SIMD4(repeating: .leastNormalMagnitude))
                let bytes = SIMD4<UInt8>(
                    steps.clamped(lowerBound: .zero, upperBound: SIMD4(repeating: Self.steps)),
                    rounding: .toNearestOrEven)
                guard bytes != .zero else { continue }
                precondition(link.target >= 0 && Int(link.target) < links.count, "a link to an item that is not there")
                targets.append(link.target)
                weights.append(bytes)
            }
            scales.append(scale)
            starts.append(Int32(targets.count))
        }
        self.init(roots: roots, starts: starts, targets: targets, weights: weights, scales: scales)
    }

    /// Links as a file holds them; what is given must fit.
    init(roots: Roots, starts: [Int32], targets: [Int32], weights: [SIMD4<UInt8>], scales: [SIMD4<Float>]) {
        self.roots = roots
        (self.starts, self.targets, self.weights, self.scales) = (starts, targets, weights, scales)
    }

    /// The links of an item, with the weights that its bytes stand for.
    public subscript(item: Int) -> [Link] {
        (Int(starts[item])..<Int(starts[item + 1])).map {
            Link(target: targets[$0], weights: SIMD4<Float>(weights[$0]) * scales[item])
        }
    }
}
