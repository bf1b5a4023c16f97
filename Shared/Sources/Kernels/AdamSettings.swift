/// Settings of one Adam step, see ``Kernels/adamStep(parameters:gradients:first:second:settings:)``.
public struct AdamSettings: Sendable, Equatable {
    /// Step size.
    public var rate: Float
    /// Decay of the first moment.
    public var beta1: Float
    /// Decay of the second moment.
    public var beta2: Float
    /// Keeps the divisor away from zero.
    public var epsilon: Float
    /// 1 / (1 - beta1^t) for the step t = 1, 2, …
    public var correction1: Float
    /// 1 / (1 - beta2^t)
    public var correction2: Float
    /// Added to the gradient: l2·parameter.
    public var l2: Float

    /// The settings of step `step`, which counts from 1.
    public init(
        rate: Float, step: Int, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, l2: Float = 0
    ) {
        precondition(step >= 1, "steps count from 1")
        self.rate = rate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.l2 = l2
        correction1 = Float(1 / (1 - Self.power(Double(beta1), step)))
        correction2 = Float(1 / (1 - Self.power(Double(beta2), step)))
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, factor, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            factor *= factor
            rest >>= 1
        }
        return result
    }
}
