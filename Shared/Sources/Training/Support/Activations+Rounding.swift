import Kernels

extension Activations {
    /// Rounds what a ReLU gave to the values that bytes can be.
    @unsafe
    func round(_ values: UnsafeMutablePointer<Float>, count: Int) {
        let highest = Float(Self.highest)
        for place in 0..<count {
            let steps = unsafe (values[place] / scale).rounded(.toNearestOrEven)
            unsafe values[place] = min(steps, highest) * scale
        }
    }
}
