/// How the student of a ``ClickTeacher`` learns.
public struct DistillationSettings: Sendable {
    /// Length of a feature's vector; a multiple of 4.
    public var factors = 32
    /// Widths of the hidden layers, before and after neurons are taken out.
    public var hidden = [64, 32]
    public var pruned = [32, 16]
    /// What logits are divided by where the teacher's are learned (Hinton et al. 2015, §2).
    public var temperature: Float = 2
    /// Share of the training rows' own labels in their loss.
    public var hardShare: Float = 0.3
    /// Made-up rows for each training row, and the most there are.
    public var pairsPerRow = 12
    public var mostPairs = 1_000_000
    /// Epochs of the student, and of each fine-tuning after it.
    public var epochs = 6
    public var tuningEpochs = 2
    /// Step size of Adam at the beginning; it falls to zero. Fine-tuning starts at a quarter.
    public var learningRate: Float = 4e-3
    /// L2 on everything.
    public var decay: Float = 1e-6
    /// Spread of a vector's length at the start.
    public var initialLength: Float = 0.5
    /// Rows a step.
    public var batch = 1024
    /// AUC on the validation part that rounding to int8 may lose before the student is trained with it.
    public var tolerance = 0.0005

    /// The defaults.
    public init() {}
}
