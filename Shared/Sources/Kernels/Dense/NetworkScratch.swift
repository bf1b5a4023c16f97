/// Memory that a worker keeps between calls, so that scoring allocates nothing once it has grown.
@safe
public struct NetworkScratch: ~Copyable {
    private var rows: UnsafeMutableBufferPointer<UInt8>
    private var halves: UnsafeMutableBufferPointer<Int16>
    private var floats: UnsafeMutableBufferPointer<Float>

    /// Rows that go through all layers together: few enough for the first-level cache, and whole tiles of every kernel
    /// (3, 4 and 8 rows).
    static let panel = 96

    /// Empty, grows with the first call.
    public init() {
        unsafe rows = .allocate(capacity: 0)
        unsafe halves = .allocate(capacity: 0)
        unsafe floats = .allocate(capacity: 0)
    }

    deinit {
        unsafe rows.deallocate()
        unsafe halves.deallocate()
        unsafe floats.deallocate()
    }

    /// Room for a panel of rows of `stride` bytes, twice, and for a first layer of `width` outputs.
    mutating func reserve(stride: Int, width: Int) {
        let bytes = 2 * Self.panel * stride
        if unsafe rows.count < bytes {
            unsafe rows.deallocate()
            unsafe rows = .init(
                start: UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
                    .bindMemory(to: UInt8.self, capacity: bytes), count: bytes)
        }
        guard unsafe halves.count < width else { return }
        unsafe halves.deallocate()
        unsafe floats.deallocate()
        unsafe halves = .allocate(capacity: width)
        unsafe floats = .allocate(capacity: width)
        unsafe halves.initialize(repeating: 0)
        unsafe floats.initialize(repeating: 0)
    }

    /// Rows of bytes, the inputs of the first layer.
    var first: UnsafeMutablePointer<UInt8> { unsafe rows.baseAddress.unsafelyUnwrapped }
    /// As many more.
    var second: UnsafeMutablePointer<UInt8> { unsafe first + rows.count / 2 }
    /// A user's half of a first layer.
    var half: UnsafeMutablePointer<Int16> { unsafe halves.baseAddress.unsafelyUnwrapped }
    /// The same as floats.
    var floatHalf: UnsafeMutablePointer<Float> { unsafe floats.baseAddress.unsafelyUnwrapped }
}
