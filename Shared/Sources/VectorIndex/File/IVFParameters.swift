/// The numbers of an IVF index in a file: eight bytes each, little-endian, in this order.
struct IVFParameters: BitwiseCopyable, Equatable {
    var rows: UInt64
    var lists: UInt64
    /// 1 where rows have biases.
    var hasBiases: UInt64
    /// Item numbers of the lists are below this.
    var count: UInt64
    var recall: Double
    var seed: UInt64
    /// Rows inserted since the lists were made, erased ones included.
    var inserted: UInt64
}
