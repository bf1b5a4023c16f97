/// Cuts what comes in pieces into lines.
package struct LineSplitter {
    private var rest: [UInt8] = []

    package init() {}

    /// Longer lines are cut.
    private static let limit = 64 << 10

    /// Takes a piece in and hands on the lines that it ends, without their line feeds.
    package mutating func take(_ piece: UnsafeRawBufferPointer, _ line: (String) -> Void) {
        for byte in piece {
            if byte == UInt8(ascii: "\n") || rest.count == Self.limit { end(line) }
            if byte != UInt8(ascii: "\n") { rest.append(byte) }
        }
    }

    /// Hands on what is left.
    package mutating func end(_ line: (String) -> Void) {
        guard !rest.isEmpty else { return }
        line(String(decoding: rest, as: UTF8.self))
        rest.removeAll(keepingCapacity: true)
    }
}
