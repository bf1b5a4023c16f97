package import Configuration
package import Training

/// A setting of section `training` that `cascade tune` can search for.
package enum TunedSetting: String, Sendable, CaseIterable {
    case learningRate, temperature, dimensions, batch, negatives, idDropout, historyDropout, embeddingDecay
    case rankerLearningRate, rankerDecay

    /// The values that are tried.
    package var domain: HyperParameter.Domain {
        switch self {
        case .learningRate: .logarithmic(0.001...0.05)
        case .temperature: .logarithmic(0.04...0.3)
        case .dimensions: .choice([32, 64, 96, 128])
        case .batch: .choice([128, 256, 512, 1024])
        case .negatives: .choice([512, 1024, 2048, 4096])
        case .idDropout: .linear(0...0.3)
        case .historyDropout: .linear(0...0.2)
        case .embeddingDecay: .logarithmic(1e-9...1e-4)
        case .rankerLearningRate: .logarithmic(0.00003...0.003)
        case .rankerDecay: .logarithmic(1e-6...1e-2)
        }
    }

    /// As the search knows it.
    package var parameter: HyperParameter { HyperParameter(rawValue, domain) }

    /// Whether it is one of the ranker's.
    package var isRankers: Bool { [.rankerLearningRate, .rankerDecay].contains(self) }

    /// Those of recall: trials of them need no ranker, which makes them several times as fast.
    package static let recall = allCases.filter { !$0.isRankers }

    /// Whether values are whole numbers.
    var isWhole: Bool { [.dimensions, .batch, .negatives].contains(self) }

    /// The value that a configuration has for a catalogue of `items` items.
    package func value(in training: TrainingConfiguration, items: Int) -> Double {
        switch self {
        case .learningRate: training.learningRate
        case .temperature: training.temperature
        case .dimensions: Double(training.dimensions(items: items))
        case .batch: Double(training.batch)
        case .negatives: Double(training.negatives)
        case .idDropout: training.idDropout
        case .historyDropout: training.historyDropout
        case .embeddingDecay: training.embeddingDecay
        case .rankerLearningRate: training.rankerLearningRate
        case .rankerDecay: training.rankerDecay
        }
    }

    /// Gives a configuration another value.
    func set(_ value: Double, in training: inout TrainingConfiguration) {
        switch self {
        case .learningRate: training.learningRate = value
        case .temperature: training.temperature = value
        case .dimensions: training.dimensions = Int(value)
        case .batch: training.batch = Int(value)
        case .negatives: training.negatives = Int(value)
        case .idDropout: training.idDropout = value
        case .historyDropout: training.historyDropout = value
        case .embeddingDecay: training.embeddingDecay = value
        case .rankerLearningRate: training.rankerLearningRate = value
        case .rankerDecay: training.rankerDecay = value
        }
    }

    /// A value as it is written in a configuration.
    func text(_ value: Double) -> String { isWhole ? "\(Int(value))" : "\(value)" }
}
