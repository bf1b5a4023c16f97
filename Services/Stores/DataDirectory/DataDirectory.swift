internal import Glibc

/// Where a process keeps what must survive it. One process at a time holds it, until this object is gone; beside it, those
/// may use it that share it: they touch neither the log nor the states.
///
///     format          the layout's version
///     lock            held while a process uses the folder
///     log.sqlite      the event log
///     users.sqlite    states of users, with the log's position that they belong to
///     items.sqlite    the catalogue, likewise
///     models/         a folder for each model bundle, and ACTIVE
///     user-features/  states of users by partition, where Kafka is the log; item-features/ and gateway/ likewise
///     recall.index    the index of the model that was live last: a cache
///     rejects/        rows that imports could not read
///     demo-unfinished while a demo world is being made
package final class DataDirectory: Sendable {
    /// As it was given.
    package let path: String
    private let lock: DirectoryLock?
    /// The layout above.
    private static let version = 1

    package var logPath: String { "\(path)/log.sqlite" }
    package var usersPath: String { "\(path)/users.sqlite" }
    package var itemsPath: String { "\(path)/items.sqlite" }
    package let modelsPath: String
    package var rejectsPath: String { "\(path)/rejects" }
    package var unfinishedDemoPath: String { "\(path)/demo-unfinished" }
    private var formatPath: String { "\(path)/format" }

    /// Takes hold of a directory, which is made, with the folders above it, when it is not there.
    ///
    /// What is made is for this user only.
    /// - Parameters:
    ///   - models: the folder of the model bundles where it is elsewhere.
    ///   - isShared: takes no hold, for work beside those who have it.
    package init(path: String, models: String? = nil, isShared: Bool = false) throws(DataDirectoryError) {
        self.path = path
        modelsPath = Self.modelsPath(in: path, models: models)
        try Self.make(path)
        lock = isShared ? nil : try DirectoryLock(path: "\(path)/lock", directory: path)
        try checkFormat()
        try Self.make(modelsPath)
        try Self.make(rejectsPath)
    }

    /// Makes a folder, if there is none, and takes hold of it alone.
    package static func folder(_ path: String) throws(DataDirectoryError) -> WorkLock {
        try make(path)
        return try WorkLock(folder: path)
    }

    /// Where the model bundles of a data directory are: in a folder of its own, or elsewhere.
    package static func modelsPath(in path: String, models: String?) -> String { models ?? "\(path)/models" }

    /// Whether there is a data directory at the path, with an event log in it.
    package static func exists(at path: String) -> Bool {
        access("\(path)/log.sqlite", F_OK) == 0
    }

    private func checkFormat() throws(DataDirectoryError) {
        guard let text = try AtomicFile.beginning(of: formatPath) else {
            return try AtomicFile.write("\(Self.version)\n", to: formatPath)
        }
        guard let found = Int(text.prefix { $0.isNumber }), found >= 1 else {
            throw DataDirectoryError(
                .inputOutput,
                "\(formatPath) does not hold a version: choose another data directory with --data, or restore the file."
            )
        }
        guard found <= Self.version else {
            throw DataDirectoryError(
                .newerFormat,
                "\(path) was made by a newer version of cascade (format \(found), this one knows \(Self.version)): "
                    + "use that version, or choose another data directory with --data.")
        }
    }

    /// Makes a folder and those above it; none is an error when it is there.
    package static func make(_ path: String) throws(DataDirectoryError) {
        if mkdir(path, 0o700) == 0 { return }
        let code = errno
        if code == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            try make(String(path[..<slash]))
            if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
            throw DataDirectoryError(errno: errno, path: path)
        }
        var status = stat()
        guard code == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw DataDirectoryError(errno: code, path: path)
        }
    }
}
