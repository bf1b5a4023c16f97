import EventLoop

extension HTTPRequest {
    /// Splits and decodes the request target: origin form, absolute form, or `*`.
    func decodeTarget() throws(HTTPProblem) {
        var bytes = UnsafeRawBufferPointer(head.bytes[target])
        if let origin = HTTPRequest.originForm(bytes) { bytes = origin }
        guard let first = bytes.first else { throw .badRequest("The request target is empty.") }
        guard first == UInt8(ascii: "/") || first == UInt8(ascii: "?") || (bytes.equals("*") && method == .options)
        else {
            throw .badRequest("The request target does not begin with a slash.")
        }
        let question = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.count
        try decodePath(UnsafeRawBufferPointer(rebasing: bytes[..<question]))
        if question < bytes.count {
            try decodeQuery(UnsafeRawBufferPointer(rebasing: bytes[(question + 1)...]))
        }
        try checkText()
    }

    /// What follows the authority of `http://authority/path?query`; nil when the target has no scheme.
    private static func originForm(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        for scheme in ["http://", "https://"] as [StaticString] {
            let length = scheme.utf8CodeUnitCount
            guard bytes.count > length,
                UnsafeRawBufferPointer(rebasing: bytes[..<length]).equalsIgnoringCase(scheme)
            else { continue }
            let rest = bytes[length...]
            let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? bytes.count
            guard end < bytes.count else { return UnsafeRawBufferPointer(rebasing: bytes[(length - 1)..<length]) }
            return UnsafeRawBufferPointer(rebasing: bytes[end...])
        }
        return nil
    }

    private func decodePath(_ bytes: UnsafeRawBufferPointer) throws(HTTPProblem) {
        let start = decoded.count
        if bytes.isEmpty { decoded.append(UInt8(ascii: "/")) }
        var index = 0
        var segmentStart = decoded.count
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "/") {
                if index > 0 { segments.append(ByteRange(segmentStart, decoded.count - segmentStart)) }
                decoded.append(byte)
                segmentStart = decoded.count
                index += 1
            } else {
                decoded.append(
                    byte == UInt8(ascii: "%")
                        ? try HTTPRequest.escape(in: bytes, at: &index) : HTTPRequest.plain(byte, &index))
            }
        }
        segments.append(ByteRange(segmentStart, decoded.count - segmentStart))
        pathRange = ByteRange(start, decoded.count - start)
    }

    private func decodeQuery(_ bytes: UnsafeRawBufferPointer) throws(HTTPProblem) {
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "&") {
                index += 1
                continue
            }
            let nameStart = decoded.count
            var valueStart: Int?
            while index < bytes.count, bytes[index] != UInt8(ascii: "&") {
                switch bytes[index] {
                case UInt8(ascii: "=") where valueStart == nil:
                    valueStart = decoded.count
                    index += 1
                case UInt8(ascii: "%"): decoded.append(try HTTPRequest.escape(in: bytes, at: &index))
                case UInt8(ascii: "+"):
                    decoded.append(UInt8(ascii: " "))
                    index += 1
                case let byte: decoded.append(HTTPRequest.plain(byte, &index))
                }
            }
            let split = valueStart ?? decoded.count
            items.append(ByteRange(nameStart, split - nameStart), ByteRange(split, decoded.count - split))
        }
    }

    private static func plain(_ byte: UInt8, _ index: inout Int) -> UInt8 {
        index += 1
        return byte
    }

    private static func escape(in bytes: UnsafeRawBufferPointer, at index: inout Int) throws(HTTPProblem) -> UInt8 {
        guard index + 2 < bytes.count, let high = bytes[index + 1].hexValue, let low = bytes[index + 2].hexValue else {
            throw .badRequest(
                "The URL has a percent sign that no two hexadecimal digits follow; write %25 for the sign itself.")
        }
        let byte = high << 4 | low
        guard byte != 0 else { throw .badRequest("The URL has an escaped NUL (%00).") }
        index += 3
        return byte
    }

    /// Escapes can make any bytes; what is handed on is UTF-8.
    private func checkText() throws(HTTPProblem) {
        let bytes = decoded.bytes
        guard bytes.contains(where: { $0 >= 0x80 }) else { return }
        // Each part for itself: half a character at the end of one must not meet the other half in the next.
        let isPart = { (range: ByteRange) in String(validating: bytes[range], as: UTF8.self) != nil }
        let valid =
            isPart(pathRange) && segments.firstIndex { !isPart($0.name) } == nil
            && items.firstIndex { !isPart($0.name) || !isPart($0.value) } == nil
        guard valid else { throw .badRequest("The URL's escapes do not make valid UTF-8.") }
    }
}
