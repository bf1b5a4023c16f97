import Glibc

/// The system calls of the registry, with errors that name the path.
enum RegistryFiles {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Names in a directory, none when it is not there.
    static func names(in directory: String) throws(ModelRegistryError) -> [String] {
        guard let stream = opendir(directory) else {
            if errno == ENOENT { return [] }
            throw failure("cannot be listed", directory)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(name)
        }
        return names
    }

    /// The text of a small file; nil when it is not there.
    static func read(_ path: String) throws(ModelRegistryError) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("cannot be opened", path)
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw failure("cannot be read", path) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// Makes a directory and those above it.
    static func makeDirectory(_ path: String) throws(ModelRegistryError) {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw failure("cannot be created", path)
        }
        try makeDirectory(String(path[..<slash]))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failure("cannot be created", path) }
    }

    /// Gives a file new content in one step: written beside, brought to the disk, renamed.
    static func replace(_ path: String, with text: String) throws(ModelRegistryError) {
        let temporary = path + ".partial"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("cannot be created", temporary) }
        let bytes = Array(text.utf8)
        let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        let error = isWritten ? nil : failure("cannot be written", temporary)
        close(descriptor)
        if let error {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else { throw failure("cannot be replaced", path) }
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure("cannot be opened", parent) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure("cannot be brought to the disk", parent) }
    }

    private static func failure(_ what: String, _ path: String) -> ModelRegistryError {
        let code = errno
        let remedy = code == ENOSPC ? ": free some space and try again" : ""
        return ModelRegistryError(.system, "\(path) \(what): \(String(cString: strerror(code)))\(remedy)")
    }
}
