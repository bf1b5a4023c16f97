/// How the small ranker that is served learns from the large one.
public struct RankerStudentSettings: Sendable, Equatable {
    /// Units of the two hidden layers, before and after neurons are taken out.
    public var hidden = [64, 32]
    public var pruned = [32, 16]
    /// What scores are divided by where the teacher's are learned (Hinton et al. 2015, §2).
    public var temperature: Float = 2
    /// Share of what was taken in the loss; the rest is the teacher's.
    public var hardShare: Float = 0.3
    /// Epochs of the student, and of each fine-tuning after it.
    public var epochs = 8
    public var tuningEpochs = 8
    /// The highest step size; fine-tuning takes a quarter, with rounding an eighth.
    public var learningRate: Float = 3e-3
    /// L2, added to the gradient.
    public var decay: Float = 1e-5
    /// AUC on validation that rounding to int8 may lose before the student is trained with it.
    public var tolerance = 0.0005

    /// The defaults.
    public init() {}
}
