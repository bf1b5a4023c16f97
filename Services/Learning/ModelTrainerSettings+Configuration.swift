import CommandLine
import Configuration
import Domain
import Training

extension ModelTrainerSettings {
    /// What a configuration means for the trainers of a catalogue of `items` items with a history of these interactions.
    init(_ configuration: CascadeConfiguration, items: Int, history: [Interaction]) {
        let training = configuration.training
        self.init(
            seed: UInt64(training.seed),
            threads: training.threads > 0 ? training.threads : MachineDescription.current().cores)
        twoTower.dimensions = training.dimensions(items: items)
        twoTower.epochs = training.epochs
        twoTower.batch = training.batch
        twoTower.learningRate = Float(training.learningRate)
        twoTower.temperature = Float(training.temperature)
        twoTower.negatives = training.negatives
        twoTower.idDropout = Float(training.idDropout)
        twoTower.historyDropout = Float(training.historyDropout)
        twoTower.embeddingDecay = Float(training.embeddingDecay)
        twoTower.pooling.length = configuration.history.length
        recall = RecallMethod(rawValue: training.recall) ?? RecallMethod(for: history)
        if recall == .graph { takeGraphSteps(items: items, dimensions: training.dimensions) }
        ranker.epochs = training.rankerEpochs
        // The small one's trainings are as much shorter as by default.
        let usual = RankerSettings()
        for epochs in [\RankerStudentSettings.epochs, \.tuningEpochs] {
            ranker.student[keyPath: epochs] = max(
                1, usual.student[keyPath: epochs] * training.rankerEpochs / usual.epochs)
        }
        ranker.teacher.learningRate = Float(training.rankerLearningRate)
        ranker.teacher.decay = Float(training.rankerDecay)
        ranker.candidates = configuration.recall.candidates
    }
}

extension TrainingConfiguration {
    /// The length of vectors for a catalogue of `items` items.
    func dimensions(items: Int) -> Int { dimensions > 0 ? dimensions : TwoTowerSettings.dimensions(items: items) }
}
