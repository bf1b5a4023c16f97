import CXXHash

/// XXH3 with 64 bits (xxHash 0.8) of bytes that arrive in pieces: finds what disks and memory did to them at the speed of
/// memory. Whoever wants to can make two texts with one checksum: ``SHA256`` is for what strangers may have written.
@safe
public struct XXH3: ~Copyable {
    private let state: OpaquePointer

    /// A checksum of nothing yet.
    public init() {
        guard let state = unsafe cxx_xxh3_create() else { preconditionFailure("out of memory") }
        unsafe self.state = unsafe state
    }

    deinit {
        unsafe cxx_xxh3_free(state)
    }

    /// Takes the next bytes in. O(count).
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        unsafe cxx_xxh3_update(state, bytes.baseAddress, bytes.count)
    }

    /// The checksum of everything taken in up to now.
    public var checksum: UInt64 {
        unsafe cxx_xxh3_digest(state)
    }

    /// The checksum of bytes. O(count).
    public static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt64 {
        unsafe cxx_xxh3_64(bytes.baseAddress, bytes.count)
    }
}
