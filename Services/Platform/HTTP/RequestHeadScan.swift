import EventLoop
import Glibc

/// Reads a request's head line by line and rejects what http-parser lets through: bare LF, folded fields, space before
/// the colon, a missing or second Host, two framings at once (RFC 9112 §2.2, §3.2, §5.1, §5.2, §6).
struct RequestHeadScan {
    private enum Expectation {
        case requestLine, field
    }

    /// The fields that decide about framing, as far as seen.
    struct Framing {
        var contentLength: Int?
        var isChunked = false
        var hasHost = false
        var expectsContinue = false
        var wantsUpgrade = false
    }

    let configuration: HTTPServerConfiguration
    private var expectation = Expectation.requestLine
    private var lineStart = 0
    private var fieldsStart = 0
    private var blankLines = 0
    private(set) var framing = Framing()

    init(configuration: HTTPServerConfiguration) {
        self.configuration = configuration
    }

    mutating func reset() {
        expectation = .requestLine
        lineStart = 0
        fieldsStart = 0
        blankLines = 0
        framing = Framing()
    }

    /// Moves bytes from `input` to the request's head up to the head's end.
    /// - Returns: how many were taken, and whether the head is complete.
    mutating func consume(
        _ input: UnsafeRawBufferPointer, into request: HTTPRequest
    ) throws(HTTPProblem) -> (count: Int, isComplete: Bool) {
        var offset = 0
        while offset < input.count, let start = input.baseAddress {
            // Never take more than one byte above the limits, so that a flood without line ends is not collected.
            let room = max(1, lineLimit - (request.head.count - lineStart))
            let available = min(input.count - offset, room)
            guard let found = memchr(start + offset, 10, available) else {
                request.head.append(UnsafeRawBufferPointer(start: start + offset, count: available))
                offset += available
                if request.head.count - lineStart >= lineLimit { throw tooLong() }
                continue
            }
            let length = UnsafeRawPointer(found) - (start + offset) + 1
            request.head.append(UnsafeRawBufferPointer(start: start + offset, count: length))
            offset += length
            if try endLine(request) { return (offset, true) }
        }
        return (offset, false)
    }

    /// Bytes that the current line may have before the request is refused whatever follows.
    private var lineLimit: Int {
        switch expectation {
        case .requestLine: configuration.maximumURLBytes + 32
        case .field: configuration.maximumHeaderBytes - (lineStart - fieldsStart) + 2
        }
    }

    private func tooLong() -> HTTPProblem {
        switch expectation {
        case .requestLine: .urlTooLong(limit: configuration.maximumURLBytes)
        case .field: .headerTooLarge(bytes: configuration.maximumHeaderBytes, count: configuration.maximumHeaderCount)
        }
    }

    /// The line from `lineStart` has come to its LF. Returns true at the blank line that ends the head.
    private mutating func endLine(_ request: HTTPRequest) throws(HTTPProblem) -> Bool {
        let end = request.head.count - 2
        let bytes = request.head.bytes
        guard end >= lineStart, bytes[end] == 13 else {
            throw .badRequest("A line ends in LF alone; lines of a request end in CR LF.")
        }
        let line = ByteRange(lineStart, end - lineStart)
        switch expectation {
        case .requestLine:
            if line.count == 0 {
                // RFC 9112 §2.2: an empty line before the request is ignored; one is enough.
                blankLines += 1
                guard blankLines == 1 else { throw .badRequest("The request begins with empty lines.") }
                request.head.clear()
                return false
            }
            try readRequestLine(line, request)
            expectation = .field
            lineStart = request.head.count
            fieldsStart = lineStart
            return false
        case .field:
            if request.head.count - fieldsStart > configuration.maximumHeaderBytes + 2 { throw tooLong() }
            lineStart = request.head.count
            if line.count == 0 {
                try finish(request)
                return true
            }
            try readField(line, request)
            return false
        }
    }

    private mutating func readRequestLine(_ line: ByteRange, _ request: HTTPRequest) throws(HTTPProblem) {
        let bytes = request.head.bytes[line]
        guard let space = bytes.firstIndex(of: 32), space > 0,
            let last = bytes.lastIndex(of: 32), last > space + 1
        else { throw .badRequest("The request line is not \"METHOD target HTTP/1.1\".") }
        let target = UnsafeRawBufferPointer(rebasing: bytes[(space + 1)..<last])
        guard target.count <= configuration.maximumURLBytes else { throw tooLong() }
        for byte in target where byte <= 32 || byte >= 127 || byte == UInt8(ascii: "#") {
            throw .badRequest("The request target has a byte that must be percent-encoded.")
        }
        let name = UnsafeRawBufferPointer(rebasing: bytes[..<space])
        guard name.allSatisfy(HeaderBytes.isToken) else { throw .badRequest("The method is not a word.") }
        let version = UnsafeRawBufferPointer(rebasing: bytes[(last + 1)...])
        if version.equals("HTTP/1.1") {
            request.minorVersion = 1
        } else if version.equals("HTTP/1.0") {
            request.minorVersion = 0
        } else if version.count == 8, UnsafeRawBufferPointer(rebasing: version[..<5]).equals("HTTP/") {
            throw .versionNotSupported
        } else {
            throw .badRequest("The request line does not end in an HTTP version.")
        }
        guard let method = HTTPMethod(name) else { throw .methodNotImplemented }
        request.method = method
        request.target = ByteRange(Int(line.offset) + space + 1, target.count)
    }

    private mutating func readField(_ line: ByteRange, _ request: HTTPRequest) throws(HTTPProblem) {
        guard request.fields.count < configuration.maximumHeaderCount else { throw tooLong() }
        let bytes = request.head.bytes[line]
        guard bytes[0] != 32, bytes[0] != 9 else { throw .badRequest("A header field is folded over two lines.") }
        var colon = 0
        while colon < bytes.count, HeaderBytes.isToken(bytes[colon]) { colon += 1 }
        guard colon > 0, colon < bytes.count, bytes[colon] == UInt8(ascii: ":") else {
            throw .badRequest("A header line is not \"name: value\", or has a space before its colon.")
        }
        var start = colon + 1
        var end = bytes.count
        while start < end, bytes[start] == 32 || bytes[start] == 9 { start += 1 }
        while end > start, bytes[end - 1] == 32 || bytes[end - 1] == 9 { end -= 1 }
        for index in start..<end where bytes[index] < 32 && bytes[index] != 9 || bytes[index] == 127 {
            throw .badRequest("A header field has a control character.")
        }
        let base = Int(line.offset)
        let field = (name: ByteRange(base, colon), value: ByteRange(base + start, end - start))
        request.fields.append(field.name, field.value)
        try note(request.head.bytes[field.name], request.head.bytes[field.value], request)
    }

    /// Takes note of the fields that matter to the connection; told apart by length first.
    private mutating func note(
        _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ request: HTTPRequest
    ) throws(HTTPProblem) {
        switch name.count {
        case 4 where name.equalsIgnoringCase("host"):
            guard !framing.hasHost else { throw .badRequest("There are two Host fields.") }
            guard value.allSatisfy(HeaderBytes.isHost) else { throw .badRequest("The Host field is not a host.") }
            framing.hasHost = true
        case 6 where name.equalsIgnoringCase("expect"):
            guard value.equalsIgnoringCase("100-continue") else { throw .expectationFailed() }
            framing.expectsContinue = request.minorVersion == 1
        case 7 where name.equalsIgnoringCase("upgrade"):
            framing.wantsUpgrade = true
        case 14 where name.equalsIgnoringCase("content-length"):
            guard framing.contentLength == nil else { throw .badRequest("There are two Content-Length fields.") }
            framing.contentLength = try HeaderBytes.length(value)
        case 17 where name.equalsIgnoringCase("transfer-encoding"):
            guard !framing.isChunked else { throw .badRequest("There are two Transfer-Encoding fields.") }
            guard value.equalsIgnoringCase("chunked"), request.minorVersion == 1 else {
                throw .badRequest("The only Transfer-Encoding this server reads is \"chunked\", in HTTP/1.1.")
            }
            framing.isChunked = true
        default: break
        }
    }

    private func finish(_ request: HTTPRequest) throws(HTTPProblem) {
        if framing.isChunked, framing.contentLength != nil {
            throw .badRequest("There are both Content-Length and Transfer-Encoding.")
        }
        guard framing.hasHost || request.minorVersion == 0 else { throw .badRequest("There is no Host field.") }
        guard !framing.wantsUpgrade else { throw .upgradeNotSupported }
        if let length = framing.contentLength, length > configuration.maximumBodyBytes {
            throw .bodyTooLarge(limit: configuration.maximumBodyBytes)
        }
    }
}
