import Foundation
import Training

/// Trains teacher and student of clicks on files of the libFM form and prints figures of each.
///
///     swift run -c release training-benchmark ctr ../../shared/data/ctr-movielens-small members=2
enum Clicks {
    static func run(_ arguments: [String]) throws {
        guard let path = arguments.first else { return print("usage: training-benchmark ctr DIR [setting=value …]") }
        let started = ContinuousClock.now
        let data = try ClickData(
            train: read(path + "/train.libfm"), valid: read(path + "/valid.libfm"), test: read(path + "/test.libfm"),
            fields: fields(path + "/fields.json"))
        print("read in \(ContinuousClock.now - started)")
        var (teacher, student) = (TeacherSettings(), DistillationSettings())
        for argument in arguments.dropFirst() {
            let fields = argument.split(separator: "=")
            guard fields.count == 2, let value = Float(fields[1]) else { continue }
            switch fields[0] {
            case "factors": teacher.factors = Int(value)
            case "hidden": teacher.hidden = value > 0 ? [Int(value), Int(value) / 2] : []
            case "dropout": teacher.dropout = value
            case "deep": teacher.deepDecay = value
            case "decay": teacher.decays = [value]
            case "length": teacher.initialLengths = [value]
            case "rate": teacher.learningRate = value
            case "patience": teacher.patience = Int(value)
            case "members": teacher.members = Int(value)
            case "threads": teacher.threads = Int(value)
            case "seed": teacher.seed = UInt64(value)
            case "width": student.factors = Int(value)
            case "temperature": student.temperature = value
            case "hard": student.hardShare = value
            case "pairs": student.mostPairs = Int(value)
            case "studentRate": student.learningRate = value
            case "studentEpochs": student.epochs = Int(value)
            default: print("no setting \(fields[0])")
            }
        }
        let ladder = try ClickLadder.climb(data, teacher: teacher, distillation: student) { progress in
            let validation = progress.validation.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            print(
                "\(progress.phase) \(progress.epoch)/\(progress.epochs) loss \(progress.loss)",
                validation.joined(separator: " "), ContinuousClock.now - started)
            return true
        }
        print(
            "trained in \(ladder.trainingSeconds) s, decay \(ladder.decay), length \(ladder.initialLength), tuned for int8: \(ladder.isTuned)"
        )
        for rung in ladder.rungs {
            print(
                rung.name, "auc \(rung.quality.auc) logloss \(rung.quality.logLoss) ndcg \(rung.quality.ndcg)",
                "ece \(rung.quality.calibrationError) parameters \(rung.parameters) bytes \(rung.bytes)",
                "us_200 \(rung.microseconds)")
        }
    }

    private static func read(_ path: String) throws -> FeatureRows {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        var rows = FeatureRows()
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            try rows.append(line: bytes.span.extracting(start..<end))
            start = end + 1
        }
        return rows
    }

    private static func fields(_ path: String) throws -> [FeatureField] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        return try JSONDecoder().decode([String: [Int]].self, from: data).map { name, range in
            FeatureField(name: name, range: range[0]..<range[1])
        }
    }
}
