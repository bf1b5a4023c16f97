/// Memory that the ranker works in: one for each thread that scores, kept between calls.
public struct RankerScratch: Sendable {
    var user: [Float] = []
    var users: [Float] = []
    var hidden1: [Float] = []
    var hidden2: [Float] = []

    /// Empty; grows at first use.
    public init() {}

    mutating func prepare(users count: Int, rows: Int, shape: RankerShape) {
        if users.count < count * shape.hidden1 {
            users = [Float](repeating: 0, count: count * shape.hidden1)
        }
        if user.count < count * shape.dimensions {
            user = [Float](repeating: 0, count: count * shape.dimensions)
        }
        if hidden1.count < rows * shape.hidden1 {
            hidden1 = [Float](repeating: 0, count: rows * shape.hidden1)
            hidden2 = [Float](repeating: 0, count: rows * shape.hidden2)
        }
    }
}
