import Models

/// Memory of the forward and the backward pass, sized for the largest batch so far.
struct TwoTowerWorkspace: Sendable {
    /// Rows of a block of logits: a block stays in a core's caches, and is long enough for the products to be worth packing
    /// the candidates for.
    static let blockRows = 96

    /// What one thread sums up for itself before sums are added in the order of threads.
    struct Part: Sendable {
        let logits: FloatBuffer
        let candidateGradients: FloatBuffer
        let biasGradients: FloatBuffer
        /// Gradients of the towers' layers, as long as the whole block of parameters behind the embeddings would be.
        let layers: FloatBuffer
        let logSumExp: FloatBuffer
    }

    let locals: FloatBuffer
    let localGradients: FloatBuffer
    let itemHidden: FloatBuffer
    let vectors: FloatBuffer
    let vectorFactors: FloatBuffer
    let biases: FloatBuffer
    let userInputs: FloatBuffer
    let userInputGradients: FloatBuffer
    let userHidden: FloatBuffer
    let users: FloatBuffer
    let userFactors: FloatBuffer
    let hiddenGradients: FloatBuffer
    let outputGradients: FloatBuffer
    let losses: FloatBuffer
    let parts: [Part]
    let capacity: (locals: Int, candidates: Int, samples: Int)

    init(shape: TwoTowerShape, locals: Int, candidates: Int, samples: Int, threads: Int) {
        let width = shape.dimensions
        capacity = (locals, candidates, samples)
        self.locals = FloatBuffer(count: locals * width)
        localGradients = FloatBuffer(count: locals * width)
        itemHidden = FloatBuffer(count: candidates * shape.itemHidden)
        vectors = FloatBuffer(count: candidates * width)
        vectorFactors = FloatBuffer(count: candidates)
        biases = FloatBuffer(count: candidates)
        userInputs = FloatBuffer(count: samples * 3 * width)
        userInputGradients = FloatBuffer(count: samples * 3 * width)
        userHidden = FloatBuffer(count: samples * shape.userHidden)
        users = FloatBuffer(count: samples * width)
        userFactors = FloatBuffer(count: samples)
        hiddenGradients = FloatBuffer(count: max(candidates * shape.itemHidden, samples * shape.userHidden))
        outputGradients = FloatBuffer(count: samples * width)
        losses = FloatBuffer(count: samples)
        parts = (0..<threads).map { _ in
            Part(
                logits: FloatBuffer(count: Self.blockRows * candidates),
                candidateGradients: FloatBuffer(count: candidates * width),
                biasGradients: FloatBuffer(count: candidates),
                layers: FloatBuffer(count: shape.layout.count - shape.itemLayer1.offset),
                logSumExp: FloatBuffer(count: Self.blockRows))
        }
    }
}
