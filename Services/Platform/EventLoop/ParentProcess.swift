import CUV
import Glibc

/// The tie of a process to the one that started it.
package enum ParentProcess {
    /// Asks this process to end (SIGTERM) when its parent does, in whatever way. Ends it at once when the parent is gone
    /// already.
    /// - Parameter identifier: the parent's process number, as the parent told it.
    package static func endWithIt(_ identifier: Int32) {
        _ = cuv_end_with_parent(SIGTERM)
        if getppid() != identifier { exit(0) }
    }
}
