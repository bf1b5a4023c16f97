internal import CZlib

/// Undoes gzip, member after member, from chunks of any size.
struct Inflater: ~Copyable {
    enum Outcome {
        /// Give more input.
        case needsInput
        /// The output is full; call again with the rest of the input.
        case outputFull
    }

    // zlib keeps a pointer back to its stream, so that it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    /// Whether a member has begun and not ended.
    private(set) var isInMember = false
    private var hadMember = false
    private let path: String

    init(path: String) throws(ReadError) {
        self.path = path
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 16 asks for gzip's own header and checksum.
        let code = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else {
            stream.deallocate()
            throw ReadError(.inputOutput, path: path, message: "There is no memory to decompress the file.")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Moves on by what fits.
    /// - Returns: bytes taken from the input, bytes put into the output.
    mutating func inflate(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(ReadError) -> (taken: Int, made: Int) {
        var taken = 0
        var made = 0
        while taken < input.count, made < output.count {
            if !isInMember {
                // Behind a member zeros are padding, as `gzip` itself takes it.
                if hadMember, input[taken] == 0 {
                    taken += 1
                    continue
                }
                inflateReset(stream)
                isInMember = true
            }
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: input.baseAddress?.advanced(by: taken).assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(clamping: input.count - taken)
            stream.pointee.next_out = output.baseAddress?.advanced(by: made).assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(clamping: output.count - made)
            let input = stream.pointee.avail_in
            let room = stream.pointee.avail_out
            let code = CZlib.inflate(stream, Z_NO_FLUSH)
            taken += Int(input - stream.pointee.avail_in)
            made += Int(room - stream.pointee.avail_out)
            switch code {
            case Z_OK, Z_BUF_ERROR: break
            case Z_STREAM_END:
                isInMember = false
                hadMember = true
            default:
                throw ReadError(
                    .corrupt, path: path, message: "The gzip data is damaged; fetch or compress the file again.")
            }
        }
        return (taken, made)
    }
}
