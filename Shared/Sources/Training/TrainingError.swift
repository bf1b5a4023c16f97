/// Why a training ended without a model.
public struct TrainingError: Error, Equatable, CustomStringConvertible {
    /// What happened, as far as a program may care. More may be added.
    public struct Code: Sendable, Equatable {
        let name: String

        /// The caller asked to stop.
        public static let cancelled = Code(name: "cancelled")
        /// There is too little to learn from.
        public static let noData = Code(name: "no-data")
        /// The loss or a parameter is not a number any more.
        public static let diverged = Code(name: "diverged")
        /// The checkpoint that was to be resumed is not of this training.
        public static let foreignCheckpoint = Code(name: "foreign-checkpoint")
        /// A setting makes no sense.
        public static let badSetting = Code(name: "bad-setting")
    }

    /// The cause.
    public let code: Code
    /// What happened, and what to do.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
