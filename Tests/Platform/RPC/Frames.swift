import EventLoop
@testable import RPC

/// Frames as bytes, and bytes as frames.
enum Frames {
    struct Read: Equatable {
        var headers: [FrameHeader] = []
        var bodies: [[UInt8]] = []
        var error: FrameError?
    }

    static func bytes(_ header: FrameHeader, _ body: [UInt8] = []) -> [UInt8] {
        var header = header
        header.length = body.count
        let buffer = ByteBuffer()
        header.write(to: buffer)
        return Array(buffer.bytes) + body
    }

    static func call(_ id: UInt64, method: UInt16 = 1, budget: UInt32 = 1_000_000, _ body: [UInt8] = []) -> [UInt8] {
        var header = FrameHeader(.call, id: id)
        header.method = method
        header.budget = budget
        return bytes(header, body)
    }

    /// Reads pieces of the given sizes, the last of them repeated.
    static func read(_ bytes: [UInt8], pieces: [Int], limit: Int = 1000) -> Read {
        var reader = FrameReader(limit: limit)
        var result = Read()
        var start = 0
        var number = 0
        do throws(FrameError) {
            while start < bytes.count {
                let end = min(bytes.count, start + pieces[min(number, pieces.count - 1)])
                // A copy of its own: what is read must not depend on the piece before.
                let piece = Array(bytes[start..<end])
                try read(piece, by: &reader, into: &result)
                start = end
                number += 1
            }
        } catch {
            result.error = error
        }
        return result
    }

    private static func read(_ piece: [UInt8], by reader: inout FrameReader, into result: inout Read) throws(FrameError)
    {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: piece.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: piece)
        var input = UnsafeRawBufferPointer(copy)
        while let frame = try reader.next(&input) {
            result.headers.append(frame.header)
            result.bodies.append(Array(frame.body))
        }
    }
}
