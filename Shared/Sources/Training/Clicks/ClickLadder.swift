/// From a large float teacher to a small int8 student: each step trained and measured on a ``ClickData``.
public struct ClickLadder: Sendable {
    /// A model and what it is worth on the test part.
    public struct Rung: Sendable {
        /// `teacher`, `student`, `pruned` or `int8`.
        public let name: String
        public let quality: ClickQuality
        public let parameters: Int
        /// Of what it needs to score.
        public let bytes: Int
        /// Median processor time to score 200 items for a user, on one thread.
        public let microseconds: Double
    }

    /// Teacher, student, pruned, int8.
    public let rungs: [Rung]
    /// L2 on the teacher's vectors and the spread of their length at the start, chosen on the validation part.
    public let decay: Float
    public let initialLength: Float
    /// Networks of the teacher.
    public let members: Int
    /// Widths of the student's hidden layers, before and after pruning.
    public let hidden: [Int]
    public let pruned: [Int]
    /// Whether rounding to int8 lost so much on the validation part that the student was trained with it.
    public let isTuned: Bool
    /// The fields that name users and items; nil where none does.
    public let userField: String?
    public let itemField: String?
    /// From the first step of the training to its last.
    public let trainingSeconds: Double

    /// Trains on the training part, chooses by the validation part, and measures on the test part.
    ///
    /// - Parameter progress: called after each epoch of each network, on the thread that trains it; false stops the training.
    public static func climb(
        _ data: ClickData, teacher: TeacherSettings = TeacherSettings(),
        distillation: DistillationSettings = DistillationSettings(),
        _ progress: @escaping @Sendable (TrainingProgress) -> Bool = { _ in true }
    ) throws(TrainingError) -> ClickLadder {
        let started = ContinuousClock.now
        let run = ClickLadderRun(data, teacher, distillation)
        let trained = try run.train(progress)
        let seconds = (ContinuousClock.now - started) / Duration.seconds(1)
        return ClickLadder(
            rungs: run.measure(trained), decay: trained.teacher.members[0].choice.decay,
            initialLength: trained.teacher.members[0].choice.initialLength,
            members: trained.teacher.members.count, hidden: distillation.hidden, pruned: distillation.pruned,
            isTuned: trained.isTuned, userField: run.schema.user.map { run.schema.fields[$0].name },
            itemField: run.schema.item.map { run.schema.fields[$0].name }, trainingSeconds: seconds)
    }
}
