import Glibc

/// Where this program lies, and what lies beside it.
package enum Executable {
    /// The absolute path of the running executable.
    package static func path() throws(LoadTestError) -> String {
        guard let path = realPath("/proc/self/exe") else {
            throw LoadTestError("The path of this executable cannot be read from /proc/self/exe.")
        }
        return path
    }

    /// `path` without its last part.
    package static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// Whether `path` can be executed.
    package static func isExecutable(_ path: String) -> Bool {
        access(path, X_OK) == 0
    }

    /// Whether there is anything at `path`.
    package static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
