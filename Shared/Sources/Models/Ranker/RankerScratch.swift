import Kernels

/// Memory that the ranker works in: one for each thread that scores, kept between calls.
public struct RankerScratch: Sendable {
    var user: [Float] = []
    var users: [Float] = []
    var hidden1: [Float] = []
    var hidden2: [Float] = []
    private var memory: NetworkMemory?

    /// Empty; grows at first use.
    public init() {}

    /// What an int8 ranker works in, made at first use.
    var networkMemory: NetworkMemory {
        mutating get {
            let memory = memory ?? NetworkMemory()
            self.memory = memory
            return memory
        }
    }

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

/// The memory of an int8 ranker's passes.
// Belongs to one scratch, which one thread uses at a time.
final class NetworkMemory: @unchecked Sendable {
    var scratch = NetworkScratch()
    /// The halves of a user's candidates.
    var halves = ItemHalves(width: 0)
}
