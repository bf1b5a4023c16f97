import CHTTPParser
import EventLoop

/// Turns a connection's bytes into requests: the strict scan of the head, then http-parser for the message's framing.
/// The only type that knows http-parser on the server's side.
final class RequestParser {
    enum Event {
        /// All bytes are consumed and the request is not complete.
        case needsMore
        /// The head is complete, no byte of the body is here, and the client waits for leave to send it.
        case awaitsContinue
        case complete
    }

    private let configuration: HTTPServerConfiguration
    private let parser: UnsafeMutablePointer<http_parser>
    private var scan: RequestHeadScan
    private var chunks = ChunkLineCheck()
    private var isInBody = false
    private var isComplete = false
    private var keepsAlive = true
    private var problem: HTTPProblem?
    private unowned(unsafe) var request: HTTPRequest?

    init(configuration: HTTPServerConfiguration) {
        self.configuration = configuration
        scan = RequestHeadScan(configuration: configuration)
        parser = .allocate(capacity: 1)
        parser.initialize(to: http_parser())
        http_parser_init(parser, HTTP_REQUEST)
        parser.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit {
        parser.deallocate()
    }

    /// Consumes bytes into `request` up to its end, never beyond. After an error the connection is of no further use.
    func consume(
        _ bytes: UnsafeRawBufferPointer, into request: HTTPRequest
    ) throws(HTTPProblem) -> (count: Int, event: Event) {
        self.request = request
        defer { self.request = nil }
        var offset = 0
        if !isInBody {
            let (count, isHeadComplete) = try scan.consume(bytes, into: request)
            offset = count
            guard isHeadComplete else { return (offset, .needsMore) }
            try execute(request.head.bytes)
            if isComplete { return (offset, finish(request)) }
            isInBody = true
            if let length = scan.framing.contentLength { request.body.reserve(length) }
            if scan.framing.expectsContinue, offset == bytes.count { return (offset, .awaitsContinue) }
        }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
        guard !rest.isEmpty else { return (offset, .needsMore) }
        let count = try executeBody(rest)
        return (offset + count, isComplete ? finish(request) : .needsMore)
    }

    private func finish(_ request: HTTPRequest) -> Event {
        request.keepsAlive = keepsAlive
        isInBody = false
        isComplete = false
        scan.reset()
        chunks = ChunkLineCheck()
        return .complete
    }

    private func execute(_ head: UnsafeRawBufferPointer) throws(HTTPProblem) {
        let count = run(head)
        guard problem == nil, count == head.count else { throw failure() }
    }

    private func executeBody(_ bytes: UnsafeRawBufferPointer) throws(HTTPProblem) -> Int {
        let count = run(bytes)
        if scan.framing.isChunked, !chunks.accepts(UnsafeRawBufferPointer(rebasing: bytes[..<count])) {
            throw .badRequest("A line of the chunked body ends in LF alone.")
        }
        guard problem == nil, count == bytes.count || isComplete else { throw failure() }
        return count
    }

    private func run(_ bytes: UnsafeRawBufferPointer) -> Int {
        let count = http_parser_execute(
            parser, RequestParser.settings.pointer, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        if isComplete { http_parser_pause(parser, 0) }
        return count
    }

    private func failure() -> HTTPProblem {
        if let problem { return problem }
        let reason = String(cString: http_errno_description(http_errno(UInt32(parser.pointee.http_errno))))
        return .badRequest("The request cannot be parsed: \(reason).")
    }

    // MARK: http-parser's callbacks

    fileprivate func chunkBegan(_ length: UInt64) -> Bool {
        accepts(length)
    }

    fileprivate func received(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard accepts(UInt64(bytes.count)), let request else { return false }
        request.body.append(bytes)
        return true
    }

    private func accepts(_ more: UInt64) -> Bool {
        let room = configuration.maximumBodyBytes - (request?.body.count ?? 0)
        guard more > UInt64(max(0, room)) else { return true }
        problem = .bodyTooLarge(limit: configuration.maximumBodyBytes)
        return false
    }

    fileprivate func completed() {
        isComplete = true
        keepsAlive = http_should_keep_alive(parser) != 0
        http_parser_pause(parser, 1)
    }

    private static let settings = ParserSettings { settings in
        settings.on_chunk_header = { parser in
            RequestParser.with(parser) { $0.chunkBegan($0.parser.pointee.content_length) ? 0 : 1 }
        }
        settings.on_body = { parser, bytes, count in
            RequestParser.with(parser) { $0.received(UnsafeRawBufferPointer(start: bytes, count: count)) ? 0 : 1 }
        }
        settings.on_message_complete = { parser in
            RequestParser.with(parser) {
                $0.completed()
                return 0
            }
        }
    }

    private static func with(_ parser: UnsafeMutablePointer<http_parser>?, _ body: (RequestParser) -> Int32) -> Int32 {
        guard let data = parser?.pointee.data else { return 1 }
        return Unmanaged<RequestParser>.fromOpaque(data)._withUnsafeGuaranteedRef(body)
    }
}
