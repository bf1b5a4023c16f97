import CUV

/// A connect under way.
final class ConnectRequest {
    let pointer = UnsafeMutablePointer<uv_connect_t>.allocate(capacity: 1)

    deinit {
        pointer.deallocate()
    }

    /// Keeps the request until its callback, which libuv calls in any case, closing included.
    func retainForCallback() {
        pointer.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }
}

/// A write that waits for the socket, with its own copy of the bytes.
final class WriteRequest {
    let pointer = UnsafeMutablePointer<uv_write_t>.allocate(capacity: 1)
    let bytes: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(capacity: Int) {
        bytes = .allocate(byteCount: capacity, alignment: 1)
    }

    deinit {
        bytes.deallocate()
        pointer.deallocate()
    }

    func append(_ slice: Slice<UnsafeRawBufferPointer>) {
        guard !slice.isEmpty else { return }
        UnsafeMutableRawBufferPointer(rebasing: bytes[count...]).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: slice))
        count += slice.count
    }

    /// Keeps the request until its callback, which libuv calls in any case, closing included.
    func retainForCallback() {
        pointer.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }
}
