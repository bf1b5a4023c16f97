/// The bytes of a file, plain or gzip (told apart by the first two bytes), in chunks.
package struct ByteReader: ~Copyable {
    private var file: InputFile
    private var inflater: Inflater?
    private let input: UnsafeMutableRawBufferPointer
    /// What of the input is still to be handed out.
    private var pending: Range<Int>
    private static let inputBytes = 256 << 10

    /// Opens a file and looks at its beginning.
    package init(path: String) throws(ReadError) {
        var file = try InputFile(path: path)
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.inputBytes, alignment: 64)
        do throws(ReadError) {
            let count = try Self.fill(input, from: &file)
            let isGzip = count >= 2 && input[0] == 0x1f && input[1] == 0x8b
            inflater = isGzip ? try Inflater(path: path) : nil
            pending = 0..<count
        } catch {
            input.deallocate()
            throw error
        }
        self.file = file
        self.input = input
    }

    /// Reads at least two bytes, if there are.
    private static func fill(
        _ input: UnsafeMutableRawBufferPointer, from file: inout InputFile
    ) throws(ReadError) -> Int {
        var total = 0
        while total < 2 {
            let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: input[total...]))
            if count == 0 { break }
            total += count
        }
        return total
    }

    deinit {
        input.deallocate()
    }

    package var path: String { file.path }
    /// The file's size in bytes, as it lies on the device; 0 for what has none, such as a pipe.
    package var size: Int64 { file.size }
    /// How much of the file has been used, in bytes as they lie on the device: progress against ``size``.
    package var position: Int64 { file.position - Int64(pending.count) }

    /// Puts the next bytes into a buffer that is not empty.
    /// - Returns: how many; 0 at the end.
    package mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ReadError) -> Int {
        if inflater == nil { return try readPlain(into: buffer) }
        while true {
            if pending.isEmpty {
                let count = try file.read(into: input)
                pending = 0..<count
                if count == 0 {
                    if inflater?.isInMember == true {
                        throw ReadError(
                            .truncated, path: path,
                            message: "The gzip data ends in the middle; fetch or compress the file again.")
                    }
                    return 0
                }
            }
            let chunk = UnsafeRawBufferPointer(rebasing: input[pending])
            let (taken, made) = try inflater?.inflate(chunk, into: buffer) ?? (0, 0)
            pending = pending.lowerBound + taken..<pending.upperBound
            if made > 0 { return made }
        }
    }

    private mutating func readPlain(into buffer: UnsafeMutableRawBufferPointer) throws(ReadError) -> Int {
        if pending.isEmpty { return try file.read(into: buffer) }
        let count = min(buffer.count, pending.count)
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[pending.prefix(count)]))
        pending = pending.lowerBound + count..<pending.upperBound
        return count
    }
}
