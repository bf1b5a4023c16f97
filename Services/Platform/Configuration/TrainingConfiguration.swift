/// How models are trained (section `training`).
package struct TrainingConfiguration: Sendable, Equatable, Codable {
    /// What the two-tower model is trained to do: `next-item`, to find what a user takes next; `graph`, to find all that a user
    /// took, in no order; `auto`, `graph` for a history that does not tell what came first.
    package var recall = "auto"

    /// Passes of the two-tower model over the training events at most: it stops where validation gets no better.
    package var epochs = 10

    /// Passes of the ranker at most.
    package var rankerEpochs = 12

    /// Length of user and item vectors; 0 for one that suits the size of the catalogue.
    package var dimensions = 0

    /// Examples of one step.
    package var batch = 512

    /// Step size of the optimiser.
    package var learningRate = 0.01

    /// What cosines of user and item are divided by: lower fits what is frequent more sharply.
    package var temperature = 0.1

    /// Items drawn as negatives of one step; a smaller catalogue is used whole.
    package var negatives = 2048

    /// Share of items whose own embedding is left out in a step: what new items learn from.
    package var idDropout = 0.03

    /// Share of examples whose history is left out: what unknown users learn from.
    package var historyDropout = 0.02

    /// L2 on embeddings.
    package var embeddingDecay = 0.0

    /// Step size of the large ranker's optimiser, from which the one that serves learns.
    package var rankerLearningRate = 0.0003

    /// L2 on the large ranker's layers.
    package var rankerDecay = 0.0001

    /// Seed of everything random: the same data, seed and number of threads give the same model.
    package var seed = 42

    /// Threads; 0 is one for each core.
    package var threads = 0

    /// An interrupted training can be resumed from its last checkpoint: so many seconds are between two of them at least,
    /// and as many more as keep their cost small.
    package var checkpointSeconds = 10

    package init() {}

    package init(from decoder: any Decoder) throws {
        var section = try SectionDecoder(decoder)
        recall = try section.value("recall", default: recall)
        epochs = try section.value("epochs", default: epochs)
        rankerEpochs = try section.value("rankerEpochs", default: rankerEpochs)
        dimensions = try section.value("dimensions", default: dimensions)
        batch = try section.value("batch", default: batch)
        learningRate = try section.value("learningRate", default: learningRate)
        temperature = try section.value("temperature", default: temperature)
        negatives = try section.value("negatives", default: negatives)
        idDropout = try section.value("idDropout", default: idDropout)
        historyDropout = try section.value("historyDropout", default: historyDropout)
        embeddingDecay = try section.value("embeddingDecay", default: embeddingDecay)
        rankerLearningRate = try section.value("rankerLearningRate", default: rankerLearningRate)
        rankerDecay = try section.value("rankerDecay", default: rankerDecay)
        seed = try section.value("seed", default: seed)
        threads = try section.value("threads", default: threads)
        checkpointSeconds = try section.value("checkpointSeconds", default: checkpointSeconds)
        try section.refuseUnknownKeys()
    }

    func check(_ check: inout ConfigurationCheck) {
        check.require(
            ["auto", "next-item", "graph"].contains(recall),
            "training.recall is '\(recall)'; auto, next-item or graph is expected.")
        check.require("training.epochs", epochs, in: 1...1_000)
        check.require("training.rankerEpochs", rankerEpochs, in: 1...1_000)
        if dimensions != 0 {
            check.require("training.dimensions", dimensions, in: 8...256)
            check.require(dimensions % 8 == 0, "training.dimensions is \(dimensions); it must be a multiple of 8.")
        }
        check.require("training.batch", batch, in: 8...65_536)
        check.require("training.learningRate", learningRate, in: 0.000_001...1)
        check.require("training.temperature", temperature, in: 0.01...1)
        check.require("training.negatives", negatives, in: 16...65_536)
        check.require("training.idDropout", idDropout, in: 0...0.9)
        check.require("training.historyDropout", historyDropout, in: 0...0.9)
        check.require("training.embeddingDecay", embeddingDecay, in: 0...1)
        check.require("training.rankerLearningRate", rankerLearningRate, in: 0.000_001...1)
        check.require("training.rankerDecay", rankerDecay, in: 0...1)
        check.require("training.seed", seed, in: 0...Int.max)
        check.require("training.threads", threads, in: 0...256)
        check.require("training.checkpointSeconds", checkpointSeconds, in: 0...86_400)
    }
}
