import CKernels

/// The safe face of the C kernels: lengths are checked here, once a call, and the instruction set is chosen when the
/// program is loaded.
///
/// Matrices are row-major. Each operation comes with spans, whose lengths are checked, and where training and scoring
/// work on parts of one big buffer also with pointers, under a name that begins with `unsafe`.
public enum Kernels {
    /// The instruction set in use: the best one that this machine supports, or the lower one that the environment
    /// variable `CASCADE_KERNELS` names.
    public static var level: String {
        guard let name = unsafe ck_level_name(ck_active_level()) else { return "unknown" }
        return unsafe String(cString: name)
    }

    /// Compares the kernels in use with the scalar ones, which are the specification. Takes well below a millisecond
    /// per kernel; a process does it once at its start.
    public static func selfCheck() throws(KernelMismatch) {
        guard let name = unsafe ck_self_check() else { return }
        throw unsafe KernelMismatch(level: level, kernel: String(cString: name))
    }

    @inline(__always)
    static var table: UnsafePointer<ck_table> {
        unsafe ck_active()
    }
}
