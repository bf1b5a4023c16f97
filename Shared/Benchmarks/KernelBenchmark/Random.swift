/// The same made-up data in every run.
enum Random {
    /// Values in [-1, 1).
    static func floats(_ count: Int) -> [Float] {
        var state: UInt32 = 1
        return (0..<count).map { _ in Float(Int32(bitPattern: next(&state))) * 0x1p-31 }
    }

    /// Values in [-1, 1) of which most are small, as a trained layer's weights are.
    static func weights(_ count: Int) -> [Float] {
        let values = floats(4 * count)
        return (0..<count).map { i in
            (values[4 * i] + values[4 * i + 1] + values[4 * i + 2] + values[4 * i + 3]) / 4
        }
    }

    /// Numbers below a limit.
    static func numbers(_ count: Int, below limit: UInt32) -> [UInt32] {
        var state: UInt32 = 2
        return (0..<count).map { _ in (next(&state) >> 4) % limit }
    }

    private static func next(_ state: inout UInt32) -> UInt32 {
        state = state &* 1_664_525 &+ 1_013_904_223
        return state
    }
}
