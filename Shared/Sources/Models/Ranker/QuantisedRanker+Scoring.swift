import Domain
import Kernels

extension QuantisedRanker {
    /// The items' shares of the first layer, of `count` rows of ``Parameters/dimensions`` values.
    func encodeItemHalves(_ count: Int, vectors: Span<Float>) -> ItemHalves {
        network.itemHalves(rows: count, vectors)
    }

    /// Scores the candidates of a batch of users; see ``ServedRanker``.
    func score(
        userVectors: Span<Float>, offsets: Span<Int>, candidates: Span<ItemNumber>, features: Span<Float>,
        items: ItemVectors, into scores: inout MutableSpan<Float>, scratch: inout RankerScratch
    ) {
        let (width, count) = (parameters.dimensions, parameters.features.count)
        let memory = scratch.networkMemory
        for user in 0..<(offsets.count - 1) {
            let range = offsets[user]..<offsets[user + 1]
            guard !range.isEmpty else { continue }
            let rows = features.extracting((range.lowerBound * count)..<(range.upperBound * count))
            items.itemHalves.gather(candidates.extracting(range), into: &memory.halves)
            var output = scores._mutatingExtracting(range)
            network.score(
                user: userVectors.extracting((user * width)..<((user + 1) * width)), features: rows,
                rows: range.count, of: memory.halves, into: &output, scratch: &memory.scratch)
            addDirect(rows, to: &output)
        }
    }

    private func addDirect(_ features: Span<Float>, to scores: inout MutableSpan<Float>) {
        let count = parameters.direct.count
        unsafe features.withUnsafeBufferPointer { features in
            unsafe parameters.direct.withUnsafeBufferPointer { direct in
                guard let features = features.baseAddress, let direct = direct.baseAddress else { return }
                for row in scores.indices {
                    scores[row] += unsafe Kernels.unsafeDot(features + row * count, direct, count: count)
                }
            }
        }
    }
}
