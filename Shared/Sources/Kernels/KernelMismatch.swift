/// A kernel computes something else than its scalar twin: this machine's answers would be wrong.
public struct KernelMismatch: Error, Equatable, CustomStringConvertible {
    /// The instruction set in use, as in `CASCADE_KERNELS`.
    public let level: String
    /// The kernel that differs.
    public let kernel: String

    /// A kernel that differs, and the level in use.
    public init(level: String, kernel: String) {
        self.level = level
        self.kernel = kernel
    }

    /// What is wrong, and what to do.
    public var description: String {
        "kernel \(kernel) at level \(level) differs from its scalar twin on this processor: "
            + "set CASCADE_KERNELS to a lower level (scalar, avx2)"
    }
}
