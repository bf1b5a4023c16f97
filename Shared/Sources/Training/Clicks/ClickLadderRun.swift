import Kernels

/// The work of a ``ClickLadder``.
struct ClickLadderRun {
    /// The models of a ladder.
    struct Trained {
        let teacher: ClickTeacher
        let student: ClickStudent
        let pruned: ClickStudent
        /// What is served as int8: the pruned student, or that trained on with rounding.
        let rounded: ClickStudent
        let calibration: Calibration
        let isTuned: Bool
    }

    let schema: ClickSchema
    private let train: ClickRows
    private let valid: ClickRows
    private let test: ClickRows
    private let history: ClickHistory
    private let settings: TeacherSettings
    private let distillation: DistillationSettings

    init(_ data: ClickData, _ settings: TeacherSettings, _ distillation: DistillationSettings) {
        schema = ClickSchema(data)
        train = ClickRows(data.train, schema: schema)
        valid = ClickRows(data.valid, schema: schema)
        test = ClickRows(data.test, schema: schema)
        history = ClickHistory(train, userCount: schema.user.map { [schema] in schema.fields[$0].range.count } ?? 0)
        self.settings = settings
        self.distillation = distillation
    }

    func train(_ progress: @escaping @Sendable (TrainingProgress) -> Bool) throws(TrainingError) -> Trained {
        let trainer = TeacherTrainer(schema: schema, train: train, valid: valid, history: history, settings: settings)
        let teacher = try TeacherSearch(trainer: trainer).run(progress)
        let distiller = ClickDistiller(
            of: teacher, schema: schema, train: train, valid: valid, settings: distillation,
            threads: settings.threads, seed: settings.seed)
        let student = try distiller.train(progress)
        let pruned = try distiller.prune(student, progress)
        let calibration = pruned.calibration(on: train, history: history)
        var trained = Trained(
            teacher: teacher, student: student, pruned: pruned, rounded: pruned, calibration: calibration,
            isTuned: false)
        let loss = pruned.auc - roundedAUC(pruned, calibration)
        if loss > distillation.tolerance {
            let tuned = try distiller.tune(
                pruned, activations: calibration.limits.map { Activations(limit: $0) }, progress)
            let again = tuned.calibration(on: train, history: history)
            if pruned.auc - roundedAUC(tuned, again) < loss {
                trained = Trained(
                    teacher: teacher, student: student, pruned: pruned, rounded: tuned, calibration: again,
                    isTuned: true)
            }
        }
        return trained
    }

    /// AUC of the int8 student on the validation part.
    private func roundedAUC(_ student: ClickStudent, _ calibration: Calibration) -> Double {
        var items = ClickItems(schema: schema)
        let numbers = items.number(valid)
        let scorer = QuantisedClickScorer(student, schema: schema, calibration: calibration, items: items)
        return ClickQuality(
            logits: scorer.logits(of: valid, items: numbers), labels: valid.labels, groups: valid.users
        ).auc
    }

    func measure(_ trained: Trained) -> [ClickLadder.Rung] {
        // Served are the training part's items; the test part's are added for its quality alone.
        var items = ClickItems(schema: schema)
        _ = items.number(train)
        let latency = ClickLatency(rows: test, itemCount: items.count, seed: settings.seed)
        func float(_ shape: ClickNetworkShape, _ members: [[Float]], _ items: ClickItems) -> FloatClickScorer {
            FloatClickScorer(shape: shape, schema: schema, members: members, history: history, items: items)
        }
        func int8(_ items: ClickItems) -> QuantisedClickScorer {
            QuantisedClickScorer(trained.rounded, schema: schema, calibration: trained.calibration, items: items)
        }
        let served = int8(items)
        let medians = latency.medians([
            float(trained.teacher.shape, trained.teacher.members.map(\.parameters), items),
            float(trained.student.shape, [trained.student.parameters], items),
            float(trained.pruned.shape, [trained.pruned.parameters], items), served,
        ])
        let numbers = items.number(test)
        func logits(_ student: ClickStudent) -> [Float] {
            let scorer = float(student.shape, [student.parameters], items)
            return scorer.logits(of: test, items: numbers)
        }
        let size = MemoryLayout<Float>.stride
        let rungs: [(name: String, logits: [Float], parameters: Int, bytes: Int)] = [
            (
                "teacher", trained.teacher.logits(of: test, threads: settings.threads), trained.teacher.parameterCount,
                trained.teacher.parameterCount * size
            ),
            (
                "student", logits(trained.student), trained.student.parameters.count,
                trained.student.parameters.count * size
            ),
            (
                "pruned", logits(trained.pruned), trained.pruned.parameters.count,
                trained.pruned.parameters.count * size
            ),
            ("int8", int8(items).logits(of: test, items: numbers), trained.rounded.parameters.count, served.bytes),
        ]
        return zip(rungs, medians).map { rung, median in
            ClickLadder.Rung(
                name: rung.name, quality: ClickQuality(logits: rung.logits, labels: test.labels, groups: test.users),
                parameters: rung.parameters, bytes: rung.bytes, microseconds: median)
        }
    }
}
