import Kernels
import Models

/// One product of a matrix of weights with rows, forward and backward, on rows that may be parts of wider ones.
struct DenseUnit: Sendable {
    /// outputs × inputs.
    let weights: ParameterLayout.Tensor

    /// y (+)= x·Wᵀ (+ bias), rectified if `relu`.
    @unsafe
    func forward(
        rows: Int, _ parameters: UnsafePointer<Float>, x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
        bias: ParameterLayout.Tensor? = nil, relu: Bool = false, accumulate: Bool = false
    ) {
        unsafe Kernels.unsafeGemmNT(
            m: rows, n: weights.rows, k: weights.columns, a: x, b: parameters + weights.offset, c: y,
            bias: bias.map { unsafe parameters + $0.offset }, relu: relu, accumulate: accumulate)
    }

    /// Adds the gradients of the weights, and of the bias, from `gradient`, that of y.
    @unsafe
    func backward(
        rows: Int, x: UnsafePointer<Float>, gradient: UnsafePointer<Float>, into gradients: UnsafeMutablePointer<Float>,
        bias: ParameterLayout.Tensor? = nil
    ) {
        unsafe Kernels.unsafeGemmTN(
            m: weights.rows, n: weights.columns, k: rows, a: gradient, b: x, c: gradients + weights.offset,
            accumulate: true)
        guard let bias else { return }
        unsafe Kernels.unsafeAddColumnSums(
            rows: rows, columns: weights.rows, gradient, into: gradients + bias.offset)
    }

    /// The gradient of x (+)= gradient·W.
    @unsafe
    func inputGradient(
        rows: Int, _ parameters: UnsafePointer<Float>, gradient: UnsafePointer<Float>,
        into x: UnsafeMutablePointer<Float>, accumulate: Bool = false
    ) {
        unsafe Kernels.unsafeGemmNN(
            m: rows, n: weights.columns, k: weights.rows, a: gradient, b: parameters + weights.offset, c: x,
            accumulate: accumulate)
    }
}
