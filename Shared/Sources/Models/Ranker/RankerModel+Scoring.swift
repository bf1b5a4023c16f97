public import Domain
import Kernels

extension RankerModel {
    /// The items' shares of the first layer: `count × itemHalfWidth` from `count × dimensions` vectors.
    public func encodeItemHalves(
        _ count: Int, vectors: Span<Float>, into output: inout MutableSpan<Float>
    ) {
        let layer = parameters.span.extracting(shape.itemLayer.range)
        Kernels.gemmNT(
            m: count, n: shape.hidden1, k: shape.dimensions, a: vectors, b: layer, c: &output, steady: true)
    }

    /// Scores the candidates of a batch of users.
    ///
    /// - Parameters:
    ///   - userVectors: outputs of the user tower, `users × dimensions`.
    ///   - offsets: where in `candidates` each user's begin, and where the last one's end: `users + 1` values.
    ///   - candidates: item numbers below `items.count`, one user's after another's.
    ///   - features: `candidates.count × shape.features`, as ``FeatureEncoder`` writes them.
    ///   - scores: one a candidate; they order the candidates of one user, and are no probabilities.
    public func score(
        userVectors: Span<Float>, offsets: Span<Int>, candidates: Span<ItemNumber>, features: Span<Float>,
        items: ItemVectors, into scores: inout MutableSpan<Float>, scratch: inout RankerScratch
    ) {
        let users = offsets.count - 1
        precondition(
            users >= 0 && userVectors.count == users * shape.dimensions && offsets[users] == candidates.count
                && features.count == candidates.count * shape.features && scores.count == candidates.count
                && items.rankerHalves.width == shape.hidden1,
            "arrays of a batch do not fit")
        guard users > 0, candidates.count > 0 else { return }
        let rows = (0..<users).reduce(0) { max($0, offsets[$1 + 1] - offsets[$1]) }
        scratch.prepare(users: users, rows: rows, shape: shape)
        encodeUserHalves(users, userVectors, scratch: &scratch)
        unsafe scratch.users.withUnsafeBufferPointer { halves in
            unsafe scratch.hidden1.withUnsafeMutableBufferPointer { hidden1 in
                unsafe scratch.hidden2.withUnsafeMutableBufferPointer { hidden2 in
                    unsafe features.withUnsafeBufferPointer { features in
                        guard let halves = halves.baseAddress, let hidden1 = hidden1.baseAddress,
                            let hidden2 = hidden2.baseAddress, let features = features.baseAddress
                        else { return }
                        // A user at a time: what is between the layers stays in the nearest caches.
                        for user in 0..<users {
                            let range = offsets[user]..<offsets[user + 1]
                            let rows = unsafe features + range.lowerBound * shape.features
                            unsafe firstLayer(
                                candidates.extracting(range), features: rows, half: halves + user * shape.hidden1,
                                items: items, into: hidden1)
                            var output = scores._mutatingExtracting(range)
                            unsafe upperLayers(
                                range.count, features: rows, hidden1: hidden1, hidden2: hidden2, into: &output)
                        }
                    }
                }
            }
        }
    }

    private func encodeUserHalves(_ users: Int, _ vectors: Span<Float>, scratch: inout RankerScratch) {
        let count = users * shape.dimensions
        for place in 0..<count { scratch.user[place] = vectors[place] * userScale }
        unsafe scratch.user.withUnsafeBufferPointer { input in
            unsafe scratch.users.withUnsafeMutableBufferPointer { halves in
                unsafe parameters.withUnsafeBufferPointer { parameters in
                    unsafe foldedBias.withUnsafeBufferPointer { bias in
                        guard let input = input.baseAddress, let halves = halves.baseAddress,
                            let parameters = parameters.baseAddress, let bias = bias.baseAddress
                        else { return }
                        unsafe Kernels.unsafeGemmNT(
                            m: users, n: shape.hidden1, k: shape.dimensions, a: input,
                            b: parameters + shape.userLayer.offset, c: halves, bias: bias)
                    }
                }
            }
        }
    }

    /// hidden1 = relu(item half + denseLayer·features + user half) for the candidates of one user.
    @unsafe
    private func firstLayer(
        _ candidates: Span<ItemNumber>, features: UnsafePointer<Float>, half: UnsafePointer<Float>,
        items: ItemVectors, into hidden1: UnsafeMutablePointer<Float>
    ) {
        unsafe items.rankerHalves.gather(candidates, into: hidden1)
        unsafe foldedDense.withUnsafeBufferPointer { dense in
            guard let dense = dense.baseAddress else { return }
            unsafe Kernels.unsafeGemmNT(
                m: candidates.count, n: shape.hidden1, k: shape.features, a: features, b: dense, c: hidden1, bias: half,
                relu: true, accumulate: true)
        }
    }

    @unsafe
    private func upperLayers(
        _ count: Int, features: UnsafePointer<Float>, hidden1: UnsafePointer<Float>,
        hidden2: UnsafeMutablePointer<Float>, into scores: inout MutableSpan<Float>
    ) {
        unsafe parameters.withUnsafeBufferPointer { parameters in
            unsafe foldedDirect.withUnsafeBufferPointer { direct in
                guard let parameters = parameters.baseAddress, let direct = direct.baseAddress else { return }
                unsafe Kernels.unsafeGemmNT(
                    m: count, n: shape.hidden2, k: shape.hidden1, a: hidden1, b: parameters + shape.layer2.offset,
                    c: hidden2, bias: parameters + shape.bias2.offset, relu: true)
                let output = unsafe parameters + shape.output.offset
                for row in 0..<count {
                    scores[row] =
                        unsafe Kernels.unsafeDot(hidden2 + row * shape.hidden2, output, count: shape.hidden2)
                        + Kernels.unsafeDot(features + row * shape.features, direct, count: shape.features)
                }
            }
        }
    }
}
