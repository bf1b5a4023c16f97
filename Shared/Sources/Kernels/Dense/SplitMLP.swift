import CKernels

/// A ``QuantisedMLP`` for one user and many items, whose first layer is computed in halves: the user's share once a request,
/// the items' shares once an item, kept in a table (``ItemHalves``). What is left a candidate is to add two rows.
///
///     first layer: W·(user ++ item) + b = (Wᵤ·user + b) + Wᵢ·item
///
/// With `step` the value of one step of the first layer's activations, and all shifts rounding towards minus infinity:
///
///     user half[o] = round((64/step·Wᵤ·user + 64/step·b)[o]), 16 bits
///     item half[o] = byte[o]·factor / 8192 ≈ (Wᵢ·item)[o] / step
///     activation   = (user half + ((256·byte·factor + 2^14) >> 15) + 32) >> 6, limited to [0, 127]
///
/// so the halves are exact to 1/64 of a step, and to half of the item's own byte. Both sums saturate at 16 bits.
///
/// What a candidate brings along besides, features that are neither the user's nor the item's alone, joins behind the first
/// layer: the second layer's inputs are the first one's outputs and then the features, each as ``FeatureBytes`` from 0 to
/// what the first layer gives at most.
public struct SplitMLP: Sendable {
    /// Floats of a user.
    public let userInputs: Int
    /// Floats of an item.
    public let itemInputs: Int
    /// Outputs of the first layer: length of a user's half.
    public var width: Int { user.outputs }
    /// Floats a candidate that come out.
    public var outputs: Int { network.outputs }

    /// In 64ths of a step.
    private let user: DenseLayer
    /// As it is.
    private let item: DenseLayer
    private let network: PackedNetwork
    private let step: Float
    private let features: FeatureBytes
    /// The first layer's outputs in whole blocks: where features begin.
    private let padded: Int

    /// Quantises a network whose inputs are `userInputs` values of the user, then those of the item.
    ///
    /// - Parameters:
    ///   - layers: at least two; the second one has inputs for the first one's outputs, then for the features.
    ///   - features: what candidates bring along.
    ///   - calibration: a limit for each layer but the last. The range of inputs does not matter: halves are in floats.
    public init(
        layers: [DenseLayer], userInputs: Int, features: FeatureBytes = FeatureBytes(lows: [], highs: []),
        calibration: Calibration
    ) {
        precondition(layers.count >= 2, "a network of one layer has no activations")
        precondition(userInputs > 0 && userInputs < layers[0].inputs, "both halves need inputs")
        precondition(calibration.limits.count == layers.count - 1, "a limit is needed for each layer but the last")
        precondition(
            layers[1].inputs == layers[0].outputs + features.count, "the second layer takes the first one and features")
        self.userInputs = userInputs
        itemInputs = layers[0].inputs - userInputs
        let activations = Activations(limit: calibration.limits[0])
        step = activations.scale
        user = layers[0].columns(0..<userInputs, biases: true, factor: Float(CK_COMBINE_UNIT) / step)
        item = layers[0].columns(userInputs..<layers[0].inputs, biases: false, factor: 1)
        self.features = features
        let width = layers[0].outputs
        padded = (width + Kernels.blockRows - 1) / Kernels.blockRows * Kernels.blockRows
        var behind = layers[1...]
        if features.count > 0 { behind[1] = layers[1].spread(from: width, to: padded) }
        network = PackedNetwork(behind, from: activations, limits: calibration.limits[1...])
    }

    /// The parts of a step that a user's half counts, and those that an item's factor does.
    public static let userUnit = Float(CK_COMBINE_UNIT)
    public static let itemUnit = Float(CK_COMBINE_FACTOR)

    /// Bytes that it takes in memory, and those that scoring `rows` candidates works in.
    package func residentBytes(rows: Int) -> Int {
        let floats = user.weights.count + user.biases.count + item.weights.count + item.biases.count
        let scratch = 2 * NetworkScratch.panel * network.stride + padded * 6 + rows * halfBytes
        return floats * MemoryLayout<Float>.stride + network.byteCount + scratch
    }

    /// Bytes of an item's half.
    package var halfBytes: Int { padded + MemoryLayout<Int16>.stride }

    /// The items' halves of `rows` rows of ``itemInputs`` values. O(rows · itemInputs · width).
    public func itemHalves(rows: Int, _ items: Span<Float>) -> ItemHalves {
        var halves = ItemHalves(width: width)
        update(&halves, from: 0, rows: rows, items)
        return halves
    }

    /// Replaces `rows` items from number `first` on, or appends them. O(rows · itemInputs · width).
    public func update(_ halves: inout ItemHalves, from first: Int, rows: Int, _ items: Span<Float>) {
        precondition(halves.width == width, "halves of another network")
        precondition(first >= 0 && first <= halves.count, "items would be missing in between")
        precondition(items.count == rows * itemInputs, "matrix sizes do not fit")
        halves.grow(to: first + rows)
        var values = [Float](repeating: 0, count: rows * width)
        var span = values.mutableSpan
        Kernels.gemmNT(m: rows, n: width, k: itemInputs, a: items, b: item.weights.span, c: &span)
        for i in values.indices { values[i] /= step }
        for row in 0..<rows { halves.set(first + row, values[row * width..<(row + 1) * width]) }
    }

    /// Scores a user against items, by their numbers, into ``outputs`` values a candidate. O(userInputs · width +
    /// candidates · parameters behind the first layer), without allocation once the scratch has grown.
    public func score(
        user values: Span<Float>, items: Span<UInt32>, of halves: ItemHalves, into scores: inout MutableSpan<Float>,
        scratch: inout NetworkScratch
    ) {
        precondition(values.count == userInputs, "vector size does not fit")
        precondition(halves.width == width, "halves of another network")
        precondition(features.count == 0, "features are missing")
        precondition(scores.count == items.count * outputs, "matrix sizes do not fit")
        for i in items.indices { precondition(Int(items[i]) < halves.count, "no such item") }
        guard items.count > 0 else { return }
        scratch.reserve(stride: network.stride, width: halves.stride)
        writeHalf(of: values, scratch: scratch)
        unsafe items.withUnsafeBufferPointer { items in
            unsafe halves.bytes.withUnsafeBufferPointer { bytes in
                unsafe halves.factors.withUnsafeBufferPointer { factors in
                    unsafe scores.withUnsafeMutableBufferPointer { scores in
                        for start in stride(from: 0, to: items.count, by: NetworkScratch.panel) {
                            let count = min(NetworkScratch.panel, items.count - start)
                            unsafe Kernels.table.pointee.combine_u8(
                                count, halves.stride, scratch.half, bytes.baseAddress!, halves.stride,
                                factors.baseAddress!, items.baseAddress! + start, scratch.first, network.stride)
                            unsafe network.unsafeApply(
                                rows: count, scratch: scratch, into: scores.baseAddress! + start * outputs)
                        }
                    }
                }
            }
        }
    }

    /// Scores a user against the items whose halves are the first `rows` of `halves`, with the features that each brings
    /// along, a row each. Without allocation once the scratch has grown.
    public func score(
        user values: Span<Float>, features brought: Span<Float>, rows: Int, of halves: ItemHalves,
        into scores: inout MutableSpan<Float>, scratch: inout NetworkScratch
    ) {
        precondition(values.count == userInputs, "vector size does not fit")
        precondition(halves.width == width && halves.count >= rows, "halves of another network")
        precondition(
            scores.count == rows * outputs && brought.count == rows * features.count, "matrix sizes do not fit")
        guard rows > 0 else { return }
        scratch.reserve(stride: network.stride, width: halves.stride)
        writeHalf(of: values, scratch: scratch)
        unsafe brought.withUnsafeBufferPointer { brought in
            unsafe halves.bytes.withUnsafeBufferPointer { bytes in
                unsafe halves.factors.withUnsafeBufferPointer { factors in
                    unsafe scores.withUnsafeMutableBufferPointer { scores in
                        for start in stride(from: 0, to: rows, by: NetworkScratch.panel) {
                            let count = min(NetworkScratch.panel, rows - start)
                            unsafe Kernels.table.pointee.combine_u8(
                                count, halves.stride, scratch.half, bytes.baseAddress! + start * halves.stride,
                                halves.stride, factors.baseAddress! + start, nil, scratch.first, network.stride)
                            if let brought = brought.baseAddress, features.count > 0 {
                                unsafe features.write(
                                    rows: count, brought + start * features.count, into: scratch.first + padded,
                                    stride: network.stride)
                            }
                            unsafe network.unsafeApply(
                                rows: count, scratch: scratch, into: scores.baseAddress! + start * outputs)
                        }
                    }
                }
            }
        }
    }

    private static let least = Float(Int16.min)
    private static let most = Float(Int16.max)
    private static let rounder: Float = 12_582_912

    /// The user's half of the first layer, into the scratch. What is not a number counts as zero.
    private func writeHalf(of values: Span<Float>, scratch: borrowing NetworkScratch) {
        let (floats, half) = unsafe (scratch.floatHalf, scratch.half)
        unsafe values.withUnsafeBufferPointer { values in
            unsafe Kernels.unsafeGemmNT(
                m: 1, n: width, k: userInputs, a: values.baseAddress!, b: user.weights, c: floats, bias: user.biases)
        }
        for output in 0..<width {
            let units = unsafe floats[output]
            let limited = units > Self.least ? (units < Self.most ? units : Self.most) : Self.least
            // To the nearest whole number, halves to even: what lies behind the point falls off at 1.5 · 2^23.
            unsafe half[output] = units.isNaN ? 0 : Int16(limited + Self.rounder - Self.rounder)
        }
        // Zero beyond, so that what is written there is the same in every call.
        let padded = (width + Kernels.blockRows - 1) / Kernels.blockRows * Kernels.blockRows
        for output in width..<padded { unsafe half[output] = 0 }
    }
}
