import DataDirectory
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

    /// Removes a directory and the files in it.
    static func removeDirectory(_ path: String) throws(ModelRegistryError) {
        for name in try names(in: path) where name != "." && name != ".." { try remove("\(path)/\(name)") }
        guard rmdir(path) == 0 || errno == ENOENT else { throw failure("cannot be removed", path) }
    }

    static func remove(_ path: String) throws(ModelRegistryError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("cannot be removed", path) }
    }

    /// Gives a file new content in one step.
    static func replace(_ path: String, with text: String) throws(ModelRegistryError) {
        do {
            try AtomicFile.write(text, to: path)
        } catch {
            throw ModelRegistryError(.system, "\(error)")
        }
    }

    private static func failure(_ what: String, _ path: String) -> ModelRegistryError {
        let code = errno
        let remedy = code == ENOSPC ? ": free some space and try again" : ""
        return ModelRegistryError(.system, "\(path) \(what): \(String(cString: strerror(code)))\(remedy)")
    }
}
