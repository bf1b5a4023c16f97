import Domain
import Models
import Training

/// Trains on a data set and prints figures of the validation part: what defaults are chosen by. Never the test part.
///
///     swift run -c release training-benchmark ../../shared/data/sequences/LastFM.txt temperature=0.1 epochs=20
@main
struct TrainingBenchmark {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard let path = arguments.first else {
            print("usage: training-benchmark PATH [setting=value …], or training-benchmark latency")
            return
        }
        if path == "latency" { return Latency.measure() }
        if path == "ctr" { return try Clicks.run(Array(arguments.dropFirst())) }
        if path == "lightgcn" { return try LightGCN.run(Array(arguments.dropFirst())) }
        if path == "served" { return try await Served.run(Array(arguments.dropFirst())) }
        if path == "towers" { return try await Towers.run(Array(arguments.dropFirst())) }
        var settings = ModelTrainerSettings()
        for argument in arguments.dropFirst() {
            let fields = argument.split(separator: "=")
            guard fields.count == 2, let value = Double(fields[1]) else { continue }
            apply(String(fields[0]), value, to: &settings)
        }
        let corpus = try DataSets.load(path)
        let split = Split(of: corpus, options: SplitOptions(method: .last))
        let data = TrainingData(of: corpus, split: split)
        print(
            "\(path): \(corpus.users.count) users, \(corpus.items.count) items, \(data.train.count) interactions, "
                + "\(data.validation.count) validation cases")
        let output = EpochOutput()
        let models = try ModelTrainer(settings: settings).train(data) { output.show($0) }
        print(figures(models.validation))
        for row in models.card?.rows ?? [] {
            print(
                "\(row.name): AUC \(row.auc) log loss \(row.logLoss) NDCG@10 \(row.ndcgAt10) ECE \(row.calibrationError), "
                    + "\(row.parameters) parameters, \(row.bytes) bytes, \(row.residentBytes) resident, \(row.microseconds) µs"
            )
        }
        if let choice = models.choice { print(choice) }
        print("trained in \(output.elapsed)")
    }

    static func apply(_ name: String, _ value: Double, to settings: inout ModelTrainerSettings) {
        switch name {
        case "ranker": settings.trainsRanker = value != 0
        case "refresh": settings.refreshEpochs = Int(value)
        case "refreshRate": settings.refreshRate = Float(value)
        case "perUser": settings.ranker.perUser = Int(value)
        case "share": settings.ranker.share = value
        case "teacherRate": settings.ranker.teacher.learningRate = Float(value)
        case "teacherDecay": settings.ranker.teacher.decay = Float(value)
        case "embeddingDecay": settings.ranker.teacher.embeddingDecay = Float(value)
        case "embedding": settings.ranker.teacher.embedding = Int(value)
        case "crosses": settings.ranker.teacher.crosses = Int(value)
        case "rank": settings.ranker.teacher.rank = Int(value)
        case "deep": settings.ranker.teacher.deep = value > 0 ? [Int(value), Int(value) / 2] : []
        case "worth": settings.ranker.teacher.worthShare = Float(value)
        case "studentRate": settings.ranker.student.learningRate = Float(value)
        case "studentEpochs": settings.ranker.student.epochs = Int(value)
        case "tuningEpochs": settings.ranker.student.tuningEpochs = Int(value)
        case "hardShare": settings.ranker.student.hardShare = Float(value)
        case "softness": settings.ranker.student.temperature = Float(value)
        case "rankerEpochs": settings.ranker.epochs = Int(value)
        case "hidden1": settings.ranker.student.hidden = [Int(value), Int(value) / 2]
        case "pruned1": settings.ranker.student.pruned = [Int(value), Int(value) / 2]
        default: apply(name, value, to: &settings.twoTower)
        }
    }

    static func apply(_ name: String, _ value: Double, to settings: inout TwoTowerSettings) {
        switch name {
        case "dimensions": settings.dimensions = Int(value)
        case "first": settings.firstCycle = Int(value)
        case "budget": settings.workBudget = value
        case "temperature": settings.temperature = Float(value)
        case "rate": settings.learningRate = Float(value)
        case "layers": settings.layerRate = Float(value)
        case "epochs": settings.epochs = Int(value)
        case "batch": settings.batch = Int(value)
        case "negatives": settings.negatives = Int(value)
        case "cap": settings.samplesPerUser = Int(value)
        case "spread": settings.initialSpread = Float(value)
        case "decay": settings.embeddingDecay = Float(value)
        case "dropout": settings.idDropout = Float(value)
        case "history": settings.historyDropout = Float(value)
        case "half": settings.pooling.shortHalfLife = Float(value)
        case "length": settings.pooling.length = Int(value)
        case "seed": settings.seed = UInt64(value)
        case "hidden": settings.hidden = Int(value)
        case "warm": settings.warmUpSteps = Int(value)
        case "patience": settings.patience = Int(value)
        case "threads": settings.threads = Int(value)
        case "minimum": settings.tokenMinimum = Int(value)
        default: print("unknown setting \(name)")
        }
    }
}
