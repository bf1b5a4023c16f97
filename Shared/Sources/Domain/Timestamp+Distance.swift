extension Int64 {
    /// How much later another timestamp is, without the trap that a difference of extreme ones would be.
    @inlinable
    func milliseconds(until later: Int64) -> Float { Float(Double(later) - Double(self)) }
}
