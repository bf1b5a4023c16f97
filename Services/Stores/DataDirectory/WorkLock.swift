/// Holds a folder for one piece of work at a time, across processes, until this object is gone.
package final class WorkLock: Sendable {
    private let lock: DirectoryLock

    /// Takes hold of a folder, which must be there and be writable.
    /// - Throws: `inUse` when another process has it.
    package init(folder: String) throws(DataDirectoryError) {
        lock = try DirectoryLock(path: "\(folder)/.lock", directory: folder)
    }
}
