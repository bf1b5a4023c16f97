import Domain
import Models
import Testing

@testable import Training

/// Gradients against central differences of the loss.
struct RankerGradientTests {
    private let lists: RankerLists
    private let vectors: FloatBuffer
    private static let chosen = [0, 1, 2, 4, 5][...]

    init() {
        var random = RandomSource(seed: 4)
        var lists = RankerLists(length: 5, dimensions: 4, features: 3)
        for list in 0..<6 {
            let number = list == 2 ? 3 : 5
            lists.append(
                user: (0..<4).map { _ in random.normal() }[...], items: (0..<number).map { Int32(($0 + list) % 7) },
                rows: (0..<(number * 3)).map { _ in 2 * random.normal() + 1 },
                offsets: (0..<number).map { $0 < 3 ? 0 : 0.7 }, worth: Float(list) / 4)
        }
        self.lists = lists
        vectors = FloatBuffer(count: 7 * 4)
        vectors.assign((0..<28).map { _ in random.normal() })
    }

    /// Every parameter's gradient is the difference quotient of the loss.
    private func expectGradients(of network: some RankingNetwork, _ layout: ParameterLayout, _ loss: ListLoss) {
        var random = RandomSource(seed: 8)
        network.parameters.assign(network.parameters.array.map { $0 + 0.3 * random.normal() })
        let rows = Self.chosen.count * lists.length
        let batch = RankerBatch(
            rows: rows, lists: Self.chosen.count, dimensions: 4, heads: network.heads, moments: lists.featureMoments(),
            vectors: vectors)
        let work = network.makeWorkspace(rows: rows, lists: Self.chosen.count)
        batch.gather(Self.chosen, from: lists)
        func value() -> Double {
            network.forward(batch, work)
            return loss.replaceOutputs(of: batch, for: Self.chosen, heads: network.heads)
        }
        let gradients = FloatBuffer(count: network.parameters.count)
        _ = value()
        network.backward(batch, work, into: gradients)
        let parameters = network.parameters.array
        for tensor in layout.tensors {
            for place in tensor.range {
                let step: Float = 2e-3
                var changed = parameters
                changed[place] = parameters[place] + step
                network.parameters.assign(changed)
                let up = value()
                changed[place] = parameters[place] - step
                network.parameters.assign(changed)
                let expected = (up - value()) / Double(2 * step)
                let found = unsafe Double(gradients.base[place])
                #expect(
                    abs(found - expected) < 2e-2 + 0.03 * abs(expected),
                    "\(tensor.name)[\(place - tensor.offset)]: \(found) is not \(expected)")
            }
        }
    }

    private func teacher(crosses: Int = 2, deep: [Int] = [6, 5], embedding: Int = 3, heads: Int = 1) -> TeacherNetwork {
        let network = TeacherNetwork(
            shape: TeacherShape(
                dimensions: 4, features: 3, items: 7, embedding: embedding, crosses: crosses, rank: 2, deep: deep,
                heads: heads), l2: 0, embeddingL2: 0)
        network.initialise(moments: lists.featureMoments(), linear: [1, 0, 0], seed: 3)
        return network
    }

    @Test func ofTheTeacher() {
        let network = teacher(heads: 2)
        expectGradients(of: network, network.shape.layout, ListLoss(lists: lists, worthShare: 0.5))
    }

    @Test func ofATeacherWithoutADeepPartOrItemsOfItsOwn() {
        let cross = teacher(deep: [])
        expectGradients(of: cross, cross.shape.layout, ListLoss(lists: lists))
        let deep = teacher(crosses: 0, embedding: 0)
        expectGradients(of: deep, deep.shape.layout, ListLoss(lists: lists))
    }

    @Test func ofAStudentThatLearnsFromATeacher() {
        var random = RandomSource(seed: 5)
        let scores = (0..<lists.count * lists.length).map { _ in 2 * random.normal() }
        let network = StudentNetwork(shape: StudentShape(dimensions: 4, features: 3, hidden: [6, 5]), l2: 0)
        network.initialise(moments: lists.featureMoments(), linear: [1, 0, 0], seed: 3)
        expectGradients(
            of: network, network.shape.layout,
            ListLoss(lists: lists, teacher: scores, temperature: 2, hardShare: 0.3))
    }

    /// The loss of a student that says what its teacher says is the least there is.
    @Test func theTeachersOwnScoresAreTheBest() {
        var random = RandomSource(seed: 6)
        let scores = (0..<lists.count * lists.length).map { _ in 2 * random.normal() }
        let loss = ListLoss(lists: lists, teacher: scores, temperature: 2, hardShare: 0)
        let batch = RankerBatch(
            rows: 5, lists: 1, dimensions: 4, heads: 1, moments: lists.featureMoments(), vectors: vectors)
        func value(_ change: Float) -> Double {
            batch.gather([1][...], from: lists)
            for row in 0..<5 { unsafe batch.outputs.base[row] = scores[5 + row] + (row == 2 ? change : 0) }
            return loss.replaceOutputs(of: batch, for: [1][...], heads: 1)
        }
        let least = value(0)
        for row in 0..<5 { #expect(abs(unsafe batch.outputs.base[row]) < 1e-5) }
        #expect(value(0.5) > least && value(-0.5) > least)
    }

    /// Both start as the linear model that they are given.
    @Test func aNetworkStartsAsALinearModel() {
        let moments = lists.featureMoments()
        let student = StudentNetwork(shape: StudentShape(dimensions: 4, features: 3, hidden: [6, 5]), l2: 0)
        student.initialise(moments: moments, linear: [0.25, 1, 0], seed: 3)
        let teacher = teacher()
        teacher.parameters.clear()
        teacher.initialise(moments: moments, linear: [0.25, 1, 0], seed: 3)
        func scores(_ network: some RankingNetwork) -> [Float] {
            let batch = RankerBatch(
                rows: 5, lists: 1, dimensions: 4, heads: 1, moments: moments, vectors: vectors)
            batch.gather([3][...], from: lists)
            network.forward(batch, network.makeWorkspace(rows: 5, lists: 1))
            return (0..<5).map { unsafe batch.outputs.base[$0] }
        }
        let expected = (15..<20).map { row -> Float in
            let features = (0..<2).map { lists.rows[row * 3 + $0] - moments.means[$0] }
            return 0.25 * features[0] + features[1]
        }
        for (a, b) in zip(scores(student), expected) { #expect(abs(a - b) < 1e-4) }
        for (a, b) in zip(scores(teacher), expected) { #expect(abs(a - b) < 1e-4) }
    }

    @Test func momentsLeaveOutWhatFillsUp() {
        var lists = RankerLists(length: 3, dimensions: 1, features: 2)
        lists.append(user: [1], items: [4, 5], rows: [1, 7, 3, 7], offsets: [0, 0], worth: 1)
        let moments = lists.featureMoments()
        #expect(moments.means == [2, 7])
        #expect(moments.scales == [1, 0])
    }
}
