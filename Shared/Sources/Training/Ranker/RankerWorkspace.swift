import Models

/// Memory of one thread's pass over lists.
struct RankerWorkspace: Sendable {
    let lists: Int
    let users: FloatBuffer
    let userHalves: FloatBuffer
    let items: FloatBuffer
    let dense: FloatBuffer
    let hidden1: FloatBuffer
    let hidden2: FloatBuffer
    let gradient1: FloatBuffer
    let gradient2: FloatBuffer
    let scores: FloatBuffer
    let loss: FloatBuffer
    let gradients: FloatBuffer

    init(shape: RankerShape, lists: Int, length: Int) {
        self.lists = lists
        let rows = lists * length
        users = FloatBuffer(count: lists * shape.dimensions)
        userHalves = FloatBuffer(count: lists * shape.hidden1)
        items = FloatBuffer(count: rows * shape.dimensions)
        dense = FloatBuffer(count: rows * shape.features)
        hidden1 = FloatBuffer(count: rows * shape.hidden1)
        hidden2 = FloatBuffer(count: rows * shape.hidden2)
        gradient1 = FloatBuffer(count: rows * shape.hidden1)
        gradient2 = FloatBuffer(count: rows * shape.hidden2)
        scores = FloatBuffer(count: rows)
        loss = FloatBuffer(count: 1)
        gradients = FloatBuffer(count: shape.layout.count)
    }
}
