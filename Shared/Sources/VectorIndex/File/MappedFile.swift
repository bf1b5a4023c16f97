#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A file's bytes in the address space, for as long as somebody holds it.
@safe
// The mapping is read only and stays the same until nobody has it any more.
final class MappedFile: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    /// Maps a whole file, and reads what of it is not in memory yet.
    init(_ path: String) throws(IndexFileError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw IndexFileError(system: "cannot be opened", path) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw IndexFileError(system: "cannot be examined", path) }
        let size = Int(status.st_size)
        guard status.st_mode & S_IFMT == S_IFREG, size > 0 else {
            throw IndexFileError(.notAnIndex, path, "is empty, or no file")
        }
        let address = unsafe mmap(nil, size, PROT_READ, Self.flags, descriptor, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw IndexFileError(system: "cannot be mapped", path)
        }
        unsafe bytes = UnsafeRawBufferPointer(start: address, count: size)
    }

    deinit {
        _ = unsafe munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }

    #if canImport(Glibc)
    /// With its page tables filled at once: a fault for every few pages would take longer than the checksum.
    private static let flags = MAP_SHARED | MAP_POPULATE
    #else
    private static let flags = MAP_SHARED
    #endif
}
