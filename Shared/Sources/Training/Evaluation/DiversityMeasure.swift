public import Domain

/// How different the items of one list are, measured by something that no evaluated model made, so that models can be
/// compared by it.
///
/// Similarity of two items is the Jaccard coefficient of their attribute tokens where at least half of the catalogue has
/// any; otherwise the cosine of the sets of users that took them in the training part.
public struct DiversityMeasure: Sendable {
    /// What similarity rests on.
    public enum Basis: String, Sendable {
        case attributes
        case users
    }

    /// What similarity rests on.
    public let basis: Basis
    /// Ascending members of each item's set, tokens or users.
    private var members: [UInt32] = []
    private var offsets: [Int] = [0]

    /// A measure for a corpus.
    public init(of corpus: Corpus, split: Split) {
        let tokens = corpus.items.map(\.tokens)
        if tokens.count(where: { !$0.isEmpty }) * 2 >= max(1, tokens.count) {
            basis = .attributes
            var codes: [String: UInt32] = [:]
            for list in tokens {
                var set: [UInt32] = []
                for token in list {
                    let code = codes[token] ?? UInt32(codes.count)
                    codes[token] = code
                    set.append(code)
                }
                append(set.sorted())
            }
        } else {
            basis = .users
            for users in PositivePairs(of: corpus, split: split).usersByItem() { append(users) }
        }
    }

    private mutating func append(_ set: [UInt32]) {
        members += set
        offsets.append(members.count)
    }

    /// What similarity is, in words, for the protocol.
    public var text: String {
        switch basis {
        case .attributes:
            "Diversity: 1 − mean Jaccard coefficient of the attribute tokens of two items in a list of 20."
        case .users: "Diversity: 1 − mean cosine of the sets of training users of two items in a list of 20."
        }
    }

    /// Similarity of two items, 0…1. O(members of both).
    public func similarity(_ first: ItemNumber, _ second: ItemNumber) -> Double {
        let a = members[offsets[Int(first)]..<offsets[Int(first) + 1]]
        let b = members[offsets[Int(second)]..<offsets[Int(second) + 1]]
        guard !a.isEmpty, !b.isEmpty else { return 0 }
        var i = a.startIndex
        var j = b.startIndex
        var common = 0
        while i < a.endIndex, j < b.endIndex {
            if members[i] == members[j] {
                common += 1
                i += 1
                j += 1
            } else if members[i] < members[j] {
                i += 1
            } else {
                j += 1
            }
        }
        return switch basis {
        case .attributes: Double(common) / Double(a.count + b.count - common)
        case .users: Double(common) / (Double(a.count) * Double(b.count)).squareRoot()
        }
    }

    /// 1 − mean similarity of all pairs of a list; nil for fewer than two items.
    public func diversity(of list: [ItemNumber]) -> Double? {
        guard list.count > 1 else { return nil }
        var sum = 0.0
        for i in 1..<list.count {
            for j in 0..<i { sum += similarity(list[i], list[j]) }
        }
        return 1 - sum / Double(list.count * (list.count - 1) / 2)
    }
}
