internal import EventLog

/// Headers as one blob: for each the length of its name, the name, the length of its value, the value; lengths are 32 bits,
/// little endian. No headers are no bytes.
enum HeaderCoding {
    static func encode(_ headers: [RecordHeader]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headers.storedSize)
        for header in headers {
            append(Array(header.name.utf8), to: &bytes)
            append(header.value, to: &bytes)
        }
        return bytes
    }

    /// - Throws: `corrupt` when the blob ends within a header.
    static func decode(_ bytes: UnsafeRawBufferPointer) throws(LogError) -> [RecordHeader] {
        var headers: [RecordHeader] = []
        var place = 0
        while place < bytes.count {
            let name = try field(bytes, at: &place)
            headers.append(RecordHeader(String(decoding: name, as: UTF8.self), try Array(field(bytes, at: &place))))
        }
        return headers
    }

    private static func append(_ field: [UInt8], to bytes: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(field.count).littleEndian) { bytes += $0 }
        bytes += field
    }

    private static func field(
        _ bytes: UnsafeRawBufferPointer, at place: inout Int
    ) throws(LogError) -> Slice<UnsafeRawBufferPointer> {
        guard bytes.count - place >= 4 else { throw damaged }
        let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
        guard bytes.count - place - 4 >= length else { throw damaged }
        let start = place + 4
        place = start + length
        return bytes[start..<place]
    }

    private static let damaged = LogError(
        .corrupt, "The log holds a record with damaged headers: restore the file from a copy.")
}
