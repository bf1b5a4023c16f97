/// How models are trained (section `training`).
package struct TrainingConfiguration: Sendable, Equatable, Codable {
    /// Passes of the two-tower model over the training events at most: it stops where validation gets no better.
    package var epochs = 10

    /// Passes of the ranker at most.
    package var rankerEpochs = 12

    /// Length of user and item vectors.
    package var dimensions = 64

    /// Examples of one step.
    package var batch = 512

    /// Step size of the optimiser.
    package var learningRate = 0.01

    /// Seed of everything random: the same data, seed and number of threads give the same model.
    package var seed = 42

    /// Threads; 0 is one for each core.
    package var threads = 0

    package init() {}

    package init(from decoder: any Decoder) throws {
        var section = try SectionDecoder(decoder)
        epochs = try section.value("epochs", default: epochs)
        rankerEpochs = try section.value("rankerEpochs", default: rankerEpochs)
        dimensions = try section.value("dimensions", default: dimensions)
        batch = try section.value("batch", default: batch)
        learningRate = try section.value("learningRate", default: learningRate)
        seed = try section.value("seed", default: seed)
        threads = try section.value("threads", default: threads)
        try section.refuseUnknownKeys()
    }

    func check(_ check: inout ConfigurationCheck) {
        check.require("training.epochs", epochs, in: 1...1_000)
        check.require("training.rankerEpochs", rankerEpochs, in: 1...1_000)
        check.require("training.dimensions", dimensions, in: 8...256)
        check.require(dimensions % 8 == 0, "training.dimensions is \(dimensions); it must be a multiple of 8.")
        check.require("training.batch", batch, in: 8...65_536)
        check.require("training.learningRate", learningRate, in: 0.000_001...1)
        check.require("training.seed", seed, in: 0...Int.max)
        check.require("training.threads", threads, in: 0...256)
    }
}
