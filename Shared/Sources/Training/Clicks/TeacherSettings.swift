/// Settings of a ``ClickTeacher``.
public struct TeacherSettings: Sendable {
    /// Length of a feature's vector; a multiple of 8.
    public var factors = 32
    /// Widths of the deep part's layers; empty for a factorization machine alone.
    public var hidden = [256, 128]
    /// Share of the deep part's inputs that a step leaves out.
    public var dropout: Float = 0.5
    /// L2 on the deep part's weights, at every step.
    public var deepDecay: Float = 2e-3
    /// What L2 on all vectors and linear weights may be, ascending, and the spread of a vector's length at the start: the pair
    /// with the best AUC on the validation part is taken. Where little decay is needed, what histories sum must start small,
    /// for it stays as noise; where much is, small vectors hardly start.
    public var decays: [Float] = [1e-5, 2.5e-5, 7e-5, 2e-4, 5e-4]
    public var initialLengths: [Float] = [0.05, 0.3]
    /// Step size of Adam.
    public var learningRate: Float = 2e-3
    /// Rows a step.
    public var batch = 2048
    /// Epochs at most, and how many without a better AUC on the validation part end a training.
    public var epochs = 60
    public var patience = 2
    /// Networks of different seeds whose logits are averaged.
    public var members = 4
    /// Threads, each training a member of its own: the result does not depend on their number.
    public var threads = 2
    /// Where random numbers start.
    public var seed: UInt64 = 1

    /// The defaults.
    public init() {}

    func shape(of schema: ClickSchema) -> ClickNetworkShape {
        ClickNetworkShape(schema: schema, factors: factors, hidden: hidden, sideBlocks: 5, hasHistory: true)
    }
}
