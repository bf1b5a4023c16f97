public import Domain

/// Items that are kept from training, to measure how well a model finds what it knows by attributes alone, as every new item.
public struct ColdItems: Sendable {
    /// By item number.
    public let isCold: [Bool]

    /// How many there are.
    public var count: Int { isCold.count { $0 } }

    /// About a share of the items that may be recommended, drawn by number.
    public init(of items: [Item], share: Double, seed: UInt64) {
        let limit = UInt64(min(max(share, 0), 1) * Double(1 << 32))
        isCold = items.indices.map { number in
            !items[number].isHidden && SeededHash.value(of: UInt64(number), seed: seed) >> 32 < limit
        }
    }

    /// The corpus with these items alone to be recommended: a split of it asks for no others, and divides the interactions as
    /// that of the whole corpus does.
    public func alone(in corpus: Corpus) -> Corpus {
        var corpus = corpus
        for number in corpus.items.indices where !isCold[number] { corpus.items[number].isHidden = true }
        return corpus
    }

    /// Training data without a trace of these items: no interaction with them, no question for them.
    public func left(outOf data: TrainingData) -> TrainingData {
        var data = data
        let kept = data.train.reduce(into: [0]) { $0.append($0[$0.count - 1] + (isCold[Int($1.entry.item)] ? 0 : 1)) }
        data.train.removeAll { isCold[Int($0.entry.item)] }
        data.validation.removeAll { isCold[Int($0.target)] }
        for place in data.validation.indices { data.validation[place].counted = kept[data.validation[place].counted] }
        for number in data.items.indices where isCold[number] { data.items[number].isHidden = true }
        return data
    }
}
