import Models

extension FloatBuffer {
    /// Fills a tensor with normal random numbers.
    func fill(_ tensor: ParameterLayout.Tensor, spread: Float, _ random: inout RandomSource) {
        for place in tensor.range { unsafe base[place] = spread * random.normal() }
    }
}
