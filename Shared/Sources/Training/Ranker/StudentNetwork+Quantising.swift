import Domain
import Kernels
import Models

extension StudentNetwork {
    /// The second layer's rows as int8 holds them: over the first one's units, then over the features, as steps of what the
    /// first layer gives at most.
    private func secondLayer(_ values: [Float], _ ranges: StudentRanges) -> [Float] {
        let (units, features) = (shape.hidden[0], shape.features)
        let step = max(ranges.limits[0], 1e-20)
        return (0..<shape.hidden[1]).flatMap { row in
            let units = values[(shape.layer2.weights.offset + row * units)...].prefix(units)
            let dense = values[(shape.denseLayer.weights.offset + row * features)...].prefix(features)
            return units + zip(dense, ranges.widths).map { $0 * $1 / step }
        }
    }

    /// Puts the weights behind the first layer, as int8 rounds those of `masters`, in the place of this network's, and copies
    /// the rest: gradients are taken where the rounded values are and applied to those that were rounded (Jacob et al., CVPR
    /// 2018, §3; straight-through estimator of Bengio et al. 2013).
    func takeRounded(_ masters: FloatBuffer, _ ranges: StudentRanges) {
        let values = masters.array
        parameters.assign(values)
        let (units, features) = (shape.hidden[0], shape.features)
        let rounded = QuantisedMatrix(rounding: secondLayer(values, ranges), rows: shape.hidden[1]).values
        let step = max(ranges.limits[0], 1e-20)
        for row in 0..<shape.hidden[1] {
            let first = row * (units + features)
            for unit in 0..<units {
                unsafe parameters.base[shape.layer2.weights.offset + row * units + unit] = rounded[first + unit]
            }
            for feature in 0..<features where ranges.widths[feature] > 0 {
                unsafe parameters.base[shape.denseLayer.weights.offset + row * features + feature] =
                    rounded[first + units + feature] * step / ranges.widths[feature]
            }
        }
        parameters.roundRows(1, columns: shape.hidden[1], at: shape.output.weights.offset)
    }

    /// The network in int8.
    func quantised(_ ranges: StudentRanges, moments: FeatureMoments, userScale: Float) -> QuantisedRanker {
        let values = parameters.array
        func tensor(_ tensor: ParameterLayout.Tensor) -> [Float] { Array(values[tensor.range]) }
        var bias2 = tensor(shape.bias2)
        for row in bias2.indices {
            for feature in 0..<shape.features {
                bias2[row] +=
                    values[shape.denseLayer.weights.offset + row * shape.features + feature] * ranges.lows[feature]
            }
        }
        // Ends in the features' own units. A feature that was never seen to vary stays at its low end.
        func own(_ ends: [Float]) -> [Float] {
            zip(ends, zip(moments.means, moments.scales)).map { $1.1 > 0 ? $0 / $1.1 + $1.0 : 0 }
        }
        return QuantisedRanker(
            QuantisedRanker.Parameters(
                dimensions: shape.dimensions, features: RankingFeature.specification, userScale: userScale,
                userLayer: tensor(shape.userLayer.weights), itemLayer: tensor(shape.itemLayer.weights),
                bias1: tensor(shape.bias1),
                layer2: QuantisedMatrix(rounding: secondLayer(values, ranges), rows: shape.hidden[1]), bias2: bias2,
                output: QuantisedMatrix(rounding: tensor(shape.output.weights), rows: 1), limits: ranges.limits,
                lows: own(ranges.lows), highs: own(ranges.highs),
                direct: zip(tensor(shape.direct.weights), moments.scales).map { $0 * $1 }))
    }
}
