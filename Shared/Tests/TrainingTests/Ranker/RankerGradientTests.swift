import Domain
import Models
import Testing

@testable import Training

/// Gradients against central differences of the loss.
struct RankerGradientTests {
    @Test func equalDifferencesOfTheLoss() {
        let shape = RankerShape(dimensions: 4, features: 3, hidden1: 6, hidden2: 5)
        var random = RandomSource(seed: 4)
        var lists = RankerLists(length: 5, dimensions: 4, features: 3)
        for list in 0..<6 {
            let number = list == 2 ? 3 : 5
            lists.append(
                user: (0..<4).map { _ in random.normal() }[...], items: (0..<number).map { Int32(($0 + list) % 7) },
                rows: (0..<(number * 3)).map { _ in 2 * random.normal() + 1 },
                offsets: (0..<number).map { $0 < 3 ? 0 : 0.7 })
        }
        #expect(lists.count == 6)
        let vectors = FloatBuffer(count: 7 * 4)
        vectors.assign((0..<28).map { _ in random.normal() })
        let network = RankerNetwork(shape: shape, threads: 2)
        let (means, scales) = lists.featureMoments()
        network.initialise(means: means, scales: scales, score: 0, seed: 3)
        var parameters = network.parameters.array
        for place in shape.output.range { parameters[place] = random.normal() }
        func loss(_ parameters: [Float]) -> Double {
            network.parameters.assign(parameters)
            return network.accumulateGradients(of: [0, 1, 2, 4, 5], in: lists, vectors: vectors)
        }
        network.gradients.clear()
        _ = loss(parameters)
        let gradients = network.gradients.array
        for tensor in shape.layout.tensors where tensor.offset < shape.featureMeans.offset {
            for place in tensor.range {
                let step: Float = 2e-3
                var changed = parameters
                changed[place] = parameters[place] + step
                let up = loss(changed)
                changed[place] = parameters[place] - step
                let expected = (up - loss(changed)) / Double(2 * step)
                #expect(
                    abs(Double(gradients[place]) - expected) < 3e-3 + 0.03 * abs(expected),
                    "\(tensor.name)[\(place - tensor.offset)]: \(gradients[place]) is not \(expected)")
            }
        }
    }

    @Test func momentsLeaveOutWhatFillsUp() {
        var lists = RankerLists(length: 3, dimensions: 1, features: 2)
        lists.append(user: [1], items: [4, 5], rows: [1, 7, 3, 7], offsets: [0, 0])
        let (means, scales) = lists.featureMoments()
        #expect(means == [2, 7])
        #expect(scales == [1, 0])
    }
}
