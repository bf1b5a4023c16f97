import CommandLine
import Compression

/// Files of models that come from elsewhere.
package enum ModelFile {
    /// Bytes that such a file has at most.
    static let most = 1 << 28

    /// All bytes of a file.
    package static func read(_ path: String) throws(ExchangeError) -> [UInt8] {
        do throws(ReadError) {
            var reader = try ByteReader(path: path)
            var bytes: [UInt8] = []
            let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
            defer { piece.deallocate() }
            while bytes.count <= most {
                let count = try reader.read(into: piece)
                if count == 0 { return bytes }
                bytes += piece[..<count]
            }
        } catch {
            let isMissing = [.notFound, .notPermitted, .isDirectory].contains(error.cause)
            throw ExchangeError(isMissing ? .missingInput : .invalidData, error.message)
        }
        throw .invalid("\(path) has more than \(most >> 20) MiB, the most that is read")
    }
}
