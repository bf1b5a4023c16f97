import EventLoop

/// Turns bytes that arrive in pieces into frames: a pure state machine, without input or output of its own.
///
/// A frame that lies within one piece is not copied. Memory grows with the bytes that came, not with the length that a
/// header announces; a length above the limit is an error before any of it is stored.
struct FrameReader {
    struct Frame {
        let header: FrameHeader
        /// Valid until the next call of `next`, and as long as the piece that it was made from.
        let body: UnsafeRawBufferPointer
    }

    /// Longest body, in bytes.
    let limit: Int
    /// The beginning of a frame whose rest has not come.
    private let partial = ByteBuffer(capacity: 64)
    private var partialHeader: FrameHeader?
    /// The frame in `partial` has been handed out.
    private var isConsumed = false

    init(limit: Int) {
        self.limit = limit
    }

    /// Bytes that wait for the rest of their frame.
    var pendingBytes: Int { isConsumed ? 0 : partial.count }

    /// Takes the next frame from the front of `input`; nil when all of it is consumed and no frame is complete.
    /// After an error the reader is of no use. O(bytes consumed).
    mutating func next(_ input: inout UnsafeRawBufferPointer) throws(FrameError) -> Frame? {
        if isConsumed {
            partial.clear(keeping: 64 << 10)
            partialHeader = nil
            isConsumed = false
        }
        return partial.isEmpty ? try whole(&input) : try completed(&input)
    }

    private mutating func whole(_ input: inout UnsafeRawBufferPointer) throws(FrameError) -> Frame? {
        guard input.count >= WireFormat.headerBytes else {
            Self.move(input.count, of: &input, to: partial)
            return nil
        }
        let header = try FrameHeader(input, limit: limit)
        let end = WireFormat.headerBytes + header.length
        guard input.count >= end else {
            partialHeader = header
            Self.move(input.count, of: &input, to: partial)
            return nil
        }
        let body = UnsafeRawBufferPointer(rebasing: input[WireFormat.headerBytes..<end])
        input = UnsafeRawBufferPointer(rebasing: input[end...])
        return Frame(header: header, body: body)
    }

    private mutating func completed(_ input: inout UnsafeRawBufferPointer) throws(FrameError) -> Frame? {
        if partialHeader == nil {
            Self.move(min(WireFormat.headerBytes - partial.count, input.count), of: &input, to: partial)
            guard partial.count == WireFormat.headerBytes else { return nil }
            partialHeader = try FrameHeader(partial.bytes, limit: limit)
        }
        guard let header = partialHeader else { return nil }
        let missing = WireFormat.headerBytes + header.length - partial.count
        Self.move(min(missing, input.count), of: &input, to: partial)
        guard partial.count == WireFormat.headerBytes + header.length else { return nil }
        isConsumed = true
        return Frame(
            header: header, body: UnsafeRawBufferPointer(rebasing: partial.bytes[WireFormat.headerBytes...]))
    }

    private static func move(_ count: Int, of input: inout UnsafeRawBufferPointer, to buffer: ByteBuffer) {
        guard count > 0 else { return }
        buffer.append(UnsafeRawBufferPointer(rebasing: input[..<count]))
        input = UnsafeRawBufferPointer(rebasing: input[count...])
    }
}
