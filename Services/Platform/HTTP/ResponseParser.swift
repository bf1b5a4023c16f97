import CHTTPParser
import EventLoop

/// Turns bytes into answers, one at a time. The only type that knows http-parser on the client's side.
final class ResponseParser {
    private let parser: UnsafeMutablePointer<http_parser>
    private let keepsContent: Bool
    private let names = ByteBuffer(capacity: 256)
    private let values = ByteBuffer(capacity: 512)
    private var fields: [(name: ByteRange, value: ByteRange)] = []
    private var lastWasValue = true
    private var isHead = false

    let body = ByteBuffer(capacity: 1024)
    private(set) var status = 0
    private(set) var bodyCount = 0
    private(set) var isComplete = false
    private(set) var keepsAlive = true

    init(keepsContent: Bool) {
        self.keepsContent = keepsContent
        parser = .allocate(capacity: 1)
        parser.initialize(to: http_parser())
        reset()
    }

    deinit {
        parser.deallocate()
    }

    /// For a new connection.
    func reset() {
        http_parser_init(parser, HTTP_RESPONSE)
        parser.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    }

    /// For the next answer.
    func begin(isHead: Bool) {
        self.isHead = isHead
        isComplete = false
        bodyCount = 0
        guard keepsContent else { return }
        body.clear()
        clearFields()
    }

    private func clearFields() {
        names.clear()
        values.clear()
        fields.removeAll(keepingCapacity: true)
        lastWasValue = true
    }

    /// Parses more of the answer. Returns what is wrong with it, nil when nothing is.
    func consume(_ bytes: UnsafeRawBufferPointer) -> String? {
        let settings = keepsContent ? ResponseParser.fullSettings : ResponseParser.bareSettings
        let count = http_parser_execute(
            parser, settings.pointer, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        if isComplete {
            http_parser_pause(parser, 0)
            return count == bytes.count ? nil : "bytes follow the answer"
        }
        guard count == bytes.count else {
            return String(cString: http_errno_description(http_errno(UInt32(parser.pointee.http_errno))))
        }
        return nil
    }

    /// An answer without a length ends when the connection does. Returns whether it is complete now.
    func endsWithConnection() -> Bool {
        let settings = keepsContent ? ResponseParser.fullSettings : ResponseParser.bareSettings
        http_parser_execute(parser, settings.pointer, nil, 0)
        if isComplete { keepsAlive = false }
        return isComplete
    }

    /// The value of the first field called `name`, in lower case.
    func header(_ name: StaticString) -> String? {
        for field in fields where names.bytes[field.name].equalsIgnoringCase(name) {
            return String(decoding: values.bytes[field.value], as: UTF8.self)
        }
        return nil
    }

    // MARK: http-parser's callbacks

    fileprivate func named(_ bytes: UnsafeRawBufferPointer) {
        if lastWasValue { fields.append((ByteRange(names.count, 0), ByteRange(values.count, 0))) }
        lastWasValue = false
        names.append(bytes)
        fields[fields.count - 1].name.count += UInt32(bytes.count)
    }

    fileprivate func valued(_ bytes: UnsafeRawBufferPointer) {
        lastWasValue = true
        guard !fields.isEmpty else { return }
        values.append(bytes)
        fields[fields.count - 1].value.count += UInt32(bytes.count)
    }

    fileprivate func headEnded() -> Int32 {
        status = Int(parser.pointee.status_code)
        return isHead ? 1 : 0
    }

    fileprivate func received(_ bytes: UnsafeRawBufferPointer) {
        bodyCount += bytes.count
        if keepsContent { body.append(bytes) }
    }

    fileprivate func completed() {
        // An interim answer (100 Continue) is followed by the real one.
        guard status >= 200 else { return clearFields() }
        isComplete = true
        keepsAlive = http_should_keep_alive(parser) != 0
        http_parser_pause(parser, 1)
    }

    private static let bareSettings = ParserSettings(fillBare)

    private static let fullSettings = ParserSettings { settings in
        fillBare(&settings)
        settings.on_header_field = { parser, bytes, count in
            ResponseParser.with(parser) { $0.named(UnsafeRawBufferPointer(start: bytes, count: count)) }
        }
        settings.on_header_value = { parser, bytes, count in
            ResponseParser.with(parser) { $0.valued(UnsafeRawBufferPointer(start: bytes, count: count)) }
        }
    }

    private static func fillBare(_ settings: inout http_parser_settings) {
        settings.on_headers_complete = { parser in
            guard let data = parser?.pointee.data else { return -1 }
            return Unmanaged<ResponseParser>.fromOpaque(data)._withUnsafeGuaranteedRef { $0.headEnded() }
        }
        settings.on_body = { parser, bytes, count in
            ResponseParser.with(parser) { $0.received(UnsafeRawBufferPointer(start: bytes, count: count)) }
        }
        settings.on_message_complete = { parser in
            ResponseParser.with(parser) { $0.completed() }
        }
    }

    private static func with(_ parser: UnsafeMutablePointer<http_parser>?, _ body: (ResponseParser) -> Void) -> Int32 {
        guard let data = parser?.pointee.data else { return 1 }
        Unmanaged<ResponseParser>.fromOpaque(data)._withUnsafeGuaranteedRef(body)
        return 0
    }
}
