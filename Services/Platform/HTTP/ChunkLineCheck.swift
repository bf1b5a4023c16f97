/// Watches a chunked body's framing for lines that end in LF alone, which http-parser accepts within chunk extensions and
/// trailers, and which others read differently.
///
/// It follows http-parser, which has checked sizes and syntax before: sizes here never overflow.
struct ChunkLineCheck {
    private enum State {
        case size, line, data, trailer
    }

    private var state = State.size
    private var size = 0
    private var remaining = 0
    private var last: UInt8 = 0

    /// - Returns: false when a line ends in LF without CR.
    mutating func accepts(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            if state == .data, remaining > 0 {
                let step = min(remaining, bytes.count - index)
                remaining -= step
                index += step
                last = 0
                continue
            }
            let byte = bytes[index]
            index += 1
            if byte == 10 {
                guard last == 13 else { return false }
                endLine()
            } else if state == .size {
                if let digit = byte.hexValue { size = size &* 16 &+ Int(digit) } else { state = .line }
            }
            last = byte
        }
        return true
    }

    private mutating func endLine() {
        switch state {
        case .size, .line:
            remaining = size
            state = size == 0 ? .trailer : .data
        case .data:
            state = .size
        case .trailer: break
        }
        size = 0
    }
}
