import Glibc

/// The memory that an index's arrays lie in: one piece, written by whoever makes it, and never again once it is shared.
@safe
// Written only before it is shared; immutable from then on.
final class IndexStorage: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let byteCount: Int
    private let release: @Sendable (UnsafeMutableRawPointer, Int) -> Void

    /// Pages of 2 MiB, which spare the address translation most of its misses, for arrays of such size.
    private static let hugePage = 2 << 20

    /// Zeroed memory of its own.
    init(byteCount: Int) {
        self.byteCount = byteCount
        let isLarge = byteCount >= 2 * Self.hugePage
        unsafe base = .allocate(byteCount: max(byteCount, 1), alignment: isLarge ? Self.hugePage : 64)
        if isLarge { unsafe _ = madvise(base, byteCount, MADV_HUGEPAGE) }
        unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        unsafe release = { base, _ in unsafe base.deallocate() }
    }

    /// Memory that somebody else made, such as a mapped file, and that `release` gives back.
    init(
        base: UnsafeMutableRawPointer, byteCount: Int,
        release: @escaping @Sendable (UnsafeMutableRawPointer, Int) -> Void
    ) {
        unsafe self.base = unsafe base
        self.byteCount = byteCount
        unsafe self.release = unsafe release
    }

    deinit {
        unsafe release(base, byteCount)
    }
}
