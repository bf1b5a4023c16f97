internal import Glibc

/// The lines of a text file, plain or gzip. Lines end with LF or CR LF; the last one may end with the file. A byte
/// order mark of UTF-8 at the beginning is left out.
///
///     var lines = try LineReader(path: path)
///     while let line = try lines.next() { … }
package struct LineReader: ~Copyable {
    /// A line without its end.
    package struct Line {
        /// From 1.
        package let number: Int
        /// Valid until the next line is asked for.
        package let bytes: UnsafeRawBufferPointer
        /// Whether it is longer than allowed: then `bytes` is its beginning, and the rest is left out.
        package let isTooLong: Bool
        /// Whether it has an end. The last line of a file may have none, and may then be the beginning of a longer one.
        package let isEnded: Bool
    }

    /// The longest line that is given whole, in bytes.
    package let maximumLineBytes: Int
    private var reader: ByteReader
    private let buffer: UnsafeMutableRawBufferPointer
    /// What is in the buffer and not yet given.
    private var start = 0
    private var end = 0
    private var number = 0
    private var isAtEnd = false
    private static let readBytes = 256 << 10

    package init(path: String, maximumLineBytes: Int = 1 << 20) throws(ReadError) {
        precondition(maximumLineBytes > 0, "A line has room for a byte.")
        self.maximumLineBytes = maximumLineBytes
        reader = try ByteReader(path: path)
        // Room for a whole line, its end, and what is read with it.
        buffer = .allocate(byteCount: maximumLineBytes + 2 + Self.readBytes, alignment: 64)
    }

    deinit {
        buffer.deallocate()
    }

    /// The file's size in bytes, as it lies on the device; 0 for what has none, such as a pipe.
    package var size: Int64 { reader.size }
    /// How much of the file has been read, in bytes as they lie on the device: progress against ``size``.
    package var position: Int64 { reader.position }

    /// The next line, nil at the end.
    package mutating func next() throws(ReadError) -> Line? {
        var searched = start
        while true {
            if let found = newline(from: searched) {
                let line = makeLine(start..<found, isEnded: true)
                start = found + 1
                return line
            }
            searched = end
            // A carriage return may be the end's first half, so one byte more than allowed is no proof yet.
            if end - start > maximumLineBytes + 1 { return try skipLongLine() }
            if isAtEnd {
                guard start < end else { return nil }
                let line = makeLine(start..<end, isEnded: false)
                start = end
                return line
            }
            searched -= try fill()
        }
    }

    private func newline(from index: Int) -> Int? {
        guard index < end, let base = buffer.baseAddress else { return nil }
        guard let found = memchr(base + index, 0x0a, end - index) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    private mutating func makeLine(_ range: Range<Int>, isEnded: Bool) -> Line {
        number += 1
        var range = range
        if !range.isEmpty, buffer[range.upperBound - 1] == 0x0d { range = range.lowerBound..<range.upperBound - 1 }
        let isTooLong = range.count > maximumLineBytes
        if isTooLong { range = range.lowerBound..<range.lowerBound + maximumLineBytes }
        return Line(
            number: number, bytes: UnsafeRawBufferPointer(rebasing: buffer[range]), isTooLong: isTooLong,
            isEnded: isEnded)
    }

    /// Reads more behind what is there, which moves to the buffer's beginning first.
    /// - Returns: by how much it moved.
    private mutating func fill() throws(ReadError) -> Int {
        let moved = start
        if moved > 0 {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
            end -= moved
            start = 0
        }
        let isFirst = number == 0 && end == 0
        repeat {
            let count = try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[end...]))
            if count == 0 { isAtEnd = true }
            end += count
        } while isFirst && end < 3 && !isAtEnd
        if isFirst, end >= 3, buffer[0] == 0xef, buffer[1] == 0xbb, buffer[2] == 0xbf { start = 3 }
        return moved
    }

    /// Gives the beginning of the line that does not fit, and goes behind its end.
    private mutating func skipLongLine() throws(ReadError) -> Line {
        // The beginning stays where it is; what follows is read over the place behind it.
        let beginning = start..<start + maximumLineBytes
        while true {
            let tail = beginning.upperBound
            end = tail
            let count = try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[tail...]))
            if count == 0 {
                isAtEnd = true
                start = tail
                break
            }
            end = tail + count
            if let found = newline(from: tail) {
                start = found + 1
                break
            }
        }
        number += 1
        return Line(
            number: number, bytes: UnsafeRawBufferPointer(rebasing: buffer[beginning]), isTooLong: true,
            isEnded: !isAtEnd)
    }
}
