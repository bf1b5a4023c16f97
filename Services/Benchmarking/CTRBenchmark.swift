import CommandLine
import Synchronization
import Training

/// `cascade evaluate --benchmark ctr`: trains a teacher and its int8 student on clicks and measures each step between them.
enum CTRBenchmark {
    static func run(folder: String, options: BenchmarkOptions) throws -> BenchmarkReport {
        let files = try ClickFiles(folder: folder)
        var teacher = TeacherSettings()
        teacher.threads = options.threads
        teacher.seed = options.seed
        let display = Display(options.progress)
        let ladder = try ClickLadder.climb(files.data, teacher: teacher) { step in
            display.show(step)
            return true
        }
        display.finish()
        let models = ladder.rungs.map { rung in
            BenchmarkReport.Model(
                name: rung.name,
                figures: [
                    BenchmarkReport.Figure("auc", rung.quality.auc),
                    BenchmarkReport.Figure("logloss", rung.quality.logLoss),
                    BenchmarkReport.Figure("ndcg@10", rung.quality.ndcg),
                    BenchmarkReport.Figure("ece", rung.quality.calibrationError),
                    BenchmarkReport.Figure("parameters", Double(rung.parameters), decimals: 0),
                    BenchmarkReport.Figure("bytes", Double(rung.bytes), decimals: 0),
                    BenchmarkReport.Figure("us_200", rung.microseconds, decimals: 1),
                ])
        }
        return BenchmarkReport(
            benchmark: .ctr, protocol: text(files, ladder), trainingSeconds: ladder.trainingSeconds,
            threads: options.threads, models: models)
    }

    /// Shows the epochs of whatever is trained, one network at a time.
    private final class Display: Sendable {
        private let output: ProgressOutput
        private let current = Mutex<(phase: String, reporter: ProgressReporter)?>(nil)

        init(_ output: ProgressOutput) { self.output = output }

        func show(_ step: TrainingProgress) {
            current.withLock { current in
                if current?.phase != step.phase {
                    current?.reporter.finish()
                    current = (step.phase, output.begin(step.phase, total: step.epochs, unit: "epochs"))
                }
                let auc = Format.fixed(step.validation["auc"] ?? 0, 4)
                current?.reporter.update(step.epoch, note: "AUC \(auc) on valid")
            }
        }

        func finish() { current.withLock { $0?.reporter.finish() } }
    }

    private static func text(_ files: ClickFiles, _ ladder: ClickLadder) -> String {
        let data = files.data
        func widths(_ layers: [Int]) -> String { layers.map(String.init).joined(separator: "-") }
        let roles =
            ladder.userField.flatMap { user in ladder.itemField.map { "users are \(user), items \($0)" } }
            ?? "no fields name users and items: no histories"
        let clauses =
            [
                "trained on \(Format.grouped(data.train.count)) rows of train, measured on "
                    + "\(Format.grouped(data.test.count)) of test, which nothing was chosen by; \(roles)",
                "teacher: mean logit of \(ladder.members) factorization machines with the user's training history and a "
                    + "deep part, their end, L2 (\(ladder.decay)) and initial length (\(ladder.initialLength)) chosen by AUC on "
                    + "\(Format.grouped(data.valid.count)) rows of valid",
                "student: distilled on train and on made-up pairs of its requests and items, hidden layers "
                    + "\(widths(ladder.hidden)), pruned \(widths(ladder.pruned)), epochs chosen on valid",
                ladder.isTuned
                    ? "int8: trained on with rounding, for rounding alone lost too much on valid"
                    : "int8: rounded after training, which lost at most .0005 AUC on valid",
                "ndcg@10: within users; us_200: median processor µs for 200 items of a user, items' and users' "
                    + "vectors summed beforehand; bytes: parameters, for int8 with the items' tables",
            ] + files.remarks
        return clauses.joined(separator: "; ")
    }
}
