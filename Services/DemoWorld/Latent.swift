/// A place in the world's space of tastes. Users never see it; what they do follows from it.
typealias Latent = SIMD16<Float>

extension SIMD16<Float> {
    /// Inner product.
    func dot(_ other: Self) -> Float { (self * other).sum() }

    /// The same direction at length 1; the null vector stays.
    var unit: Self {
        let length = dot(self).squareRoot()
        return length > 0 ? self / length : self
    }

    /// A direction drawn uniformly.
    static func direction(_ random: inout DemoRandom) -> Self {
        var vector = Self()
        for place in 0..<scalarCount { vector[place] = Float(random.normal()) }
        return vector.unit
    }
}
