import Kernels
import Testing

@testable import Training

@Suite struct ClickLadderTests {
    @Test func eachStepKeepsWhatTheTeacherFound() throws {
        let data = try PlantedClicks.data()
        let ladder = try ClickLadder.climb(
            data, teacher: PlantedClicks.teacher, distillation: PlantedClicks.distillation)
        #expect(ladder.rungs.map(\.name) == ["teacher", "student", "pruned", "int8"])
        #expect(ladder.userField == "user" && ladder.itemField == "item" && ladder.members == 2)
        let aucs = ladder.rungs.map(\.quality.auc)
        // What a model without pairs of users and items could find.
        #expect(aucs[0] > 0.85, "\(aucs)")
        #expect(aucs[0] > Self.popularity(data) + 0.1)
        for auc in aucs.dropFirst() { #expect(abs(auc - aucs[0]) < 0.03, "\(aucs)") }
        #expect(abs(aucs[3] - aucs[2]) < 0.005, "\(aucs)")
        #expect(ladder.rungs[2].parameters < ladder.rungs[1].parameters)
        #expect(ladder.rungs[1].parameters < ladder.rungs[0].parameters)
        #expect(ladder.rungs.allSatisfy { $0.microseconds > 0 && $0.bytes > 0 })
    }

    /// AUC of the items' mean labels.
    private static func popularity(_ data: ClickData) -> Double {
        var sums = [Float](repeating: 0.5, count: 300)
        var counts = [Float](repeating: 1, count: 300)
        for row in 0..<data.train.count {
            let item = Int(data.train.indices[data.train.starts[row] + 1])
            sums[item] += data.train.labels[row]
            counts[item] += 1
        }
        let scores = (0..<data.test.count).map {
            let item = Int(data.test.indices[data.test.starts[$0] + 1])
            return sums[item] / counts[item]
        }
        return ClickQuality(logits: scores, labels: data.test.labels, groups: data.test.labels.map { _ in 0 }).auc
    }

    /// The number of threads changes nothing, the seed does.
    @Test func repeatsForASeed() throws {
        let data = try PlantedClicks.data()
        func qualities(threads: Int, seed: UInt64) throws -> [ClickQuality] {
            var (teacher, student) = (PlantedClicks.teacher, PlantedClicks.distillation)
            (teacher.epochs, teacher.threads, teacher.seed) = (2, threads, seed)
            (student.epochs, student.tuningEpochs) = (1, 1)
            return try ClickLadder.climb(data, teacher: teacher, distillation: student).rungs.map(\.quality)
        }
        let first = try qualities(threads: 1, seed: 1)
        #expect(try qualities(threads: 2, seed: 1) == first)
        #expect(try qualities(threads: 1, seed: 2) != first)
    }

    @Test func worksWithoutUsersAndItems() throws {
        // Two features of three values each; the label is whether they are equal.
        var random = RandomSource(seed: 6)
        var parts = [FeatureRows(), FeatureRows(), FeatureRows()]
        for row in 0..<900 {
            let (a, b) = (random.below(3), random.below(3))
            parts[row % 3].append(label: a == b ? 1 : 0, features: [(Int32(a), 1), (Int32(10 + b), 1), (20, 0.5)])
        }
        let data = try ClickData(train: parts[0], valid: parts[1], test: parts[2])
        let ladder = try ClickLadder.climb(
            data, teacher: PlantedClicks.teacher, distillation: PlantedClicks.distillation)
        #expect(ladder.rungs.allSatisfy { $0.quality.auc > 0.99 }, "\(ladder.rungs.map(\.quality.auc))")
    }

    /// The same student in int8, however its values are spread.
    @Test func int8FollowsTheFloatStudent() throws {
        let (schema, rows, history) = try PlantedClicks.prepared()
        let shape = ClickNetworkShape(
            schema: schema, factors: 8, hidden: [16, 8], sideBlocks: 1, hasHistory: false)
        let network = ClickNetwork(shape: shape, history: history, batch: 64)
        network.initialise(positives: 0.3, initialLength: 1.5, seed: 9)
        var random = RandomSource(seed: 3)
        for place in shape.output { unsafe network.parameters.base[place] = 0.5 * random.normal() }
        let student = ClickStudent(shape: shape, parameters: network.parameters.array, auc: 0)
        var items = ClickItems(schema: schema)
        let numbers = items.number(rows)
        let scorer = QuantisedClickScorer(
            student, schema: schema, calibration: student.calibration(on: rows, history: history), items: items)
        let (found, expected) = (scorer.logits(of: rows, items: numbers), network.logits(of: rows))
        let mean = expected.reduce(0, +) / Float(rows.count)
        let spread = (expected.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(rows.count)).squareRoot()
        let error = (zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Float(rows.count))
            .squareRoot()
        #expect(spread > 0.5 && error < 0.02 * spread, "\(error) of \(spread)")
        #expect(scorer.bytes < 4 * shape.count)
    }

    /// Rounded parameters are within half a step, and rounding again changes nothing.
    @Test func roundingIsToTheNearestStep() throws {
        let (schema, _, history) = try PlantedClicks.prepared()
        let shape = ClickNetworkShape(
            schema: schema, factors: 8, hidden: [16, 8], sideBlocks: 1, hasHistory: false)
        let network = ClickNetwork(shape: shape, history: history, batch: 8)
        network.initialise(positives: 0.3, initialLength: 1, seed: 9)
        let rounding = StudentRounding(shape: shape, activations: [])
        let (once, twice) = (FloatBuffer(count: shape.count), FloatBuffer(count: shape.count))
        rounding.rounded(network.parameters, into: once)
        rounding.rounded(once, into: twice)
        let (before, after) = (network.parameters.array, once.array)
        for row in 0..<shape.features {
            let range = shape.vectors.lowerBound + row * 8..<shape.vectors.lowerBound + (row + 1) * 8
            let step = (before[range].map { abs($0) }.max() ?? 0) / 127
            for place in range { #expect(abs(before[place] - after[place]) <= 0.501 * step) }
        }
        #expect(before[shape.vectors] != after[shape.vectors])
        // The first layer is computed in float.
        #expect(before[shape.layers[0].weights] == after[shape.layers[0].weights])
        #expect(before[shape.layers[1].weights] != after[shape.layers[1].weights])
        for (a, b) in zip(after, twice.array) { #expect(abs(a - b) <= 1e-6 * max(1, abs(a))) }
    }

    /// Training with rounding ends with a student that rounding costs little.
    @Test func trainsWithRounding() throws {
        let data = try PlantedClicks.data()
        var (teacher, distillation) = (PlantedClicks.teacher, PlantedClicks.distillation)
        teacher.epochs = 8
        // Any loss at all is too much, a gain is not.
        distillation.tolerance = -1
        let ladder = try ClickLadder.climb(data, teacher: teacher, distillation: distillation)
        let aucs = ladder.rungs.map(\.quality.auc)
        #expect(abs(aucs[3] - aucs[2]) < 0.02, "\(aucs)")
    }

    @Test func stopsWhenTheRateIsTooHigh() throws {
        var wild = PlantedClicks.teacher
        wild.learningRate = .infinity
        let data = try PlantedClicks.data()
        let error = #expect(throws: TrainingError.self) { try ClickLadder.climb(data, teacher: wild) }
        #expect(error?.code == .diverged)
        #expect(error?.description.contains("learning rate") == true)
        var student = PlantedClicks.distillation
        student.learningRate = .infinity
        var quick = PlantedClicks.teacher
        quick.epochs = 1
        let second = #expect(throws: TrainingError.self) {
            try ClickLadder.climb(data, teacher: quick, distillation: student)
        }
        #expect(second?.code == .diverged)
    }

    @Test func stopsWhenAsked() throws {
        let data = try PlantedClicks.data()
        let error = #expect(throws: TrainingError.self) {
            try ClickLadder.climb(data, teacher: PlantedClicks.teacher) { _ in false }
        }
        #expect(error?.code == .cancelled)
    }
}
