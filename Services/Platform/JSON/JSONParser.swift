internal import CSimdJSON

/// Reads JSON with simdjson; keeps its memory from text to text. One for each thread or shard.
///
///     let user = try parser.withDocument(body) { root in root["user"]?.string }
package final class JSONParser {
    /// The most bytes a text may have.
    package let maximumBytes: Int
    /// The most levels of objects and arrays within each other.
    package let maximumDepth: Int
    private let handle: OpaquePointer?

    /// simdjson addresses a text by 32 bits.
    package static let largestMaximumBytes = 0xffff_ff00

    /// A parser with limits for what it accepts.
    package init(maximumBytes: Int = 16 << 20, maximumDepth: Int = 64) {
        precondition(maximumBytes > 0 && maximumBytes <= Self.largestMaximumBytes, "A size simdjson can address.")
        precondition(maximumDepth > 0 && maximumDepth <= 1024, "A depth simdjson has room for.")
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
        handle = csimdjson_create(maximumDepth)
    }

    deinit {
        if let handle { csimdjson_destroy(handle) }
    }

    /// Parses a text and gives its value to `body`. Values and their buffers are valid only until `body` returns, and
    /// `body` must not parse another text with the same parser. O(bytes); 0.2 µs for an event of 220 bytes.
    /// - Throws: ``JSONError``, or what `body` throws.
    package func withDocument<Result>(
        _ bytes: UnsafeRawBufferPointer, _ body: (JSONValue) throws -> Result
    ) throws -> Result {
        try body(parse(bytes))
    }

    /// As the form for a buffer.
    package func withDocument<Result>(
        _ bytes: [UInt8], _ body: (JSONValue) throws -> Result
    ) throws -> Result {
        try bytes.withUnsafeBytes { try body(parse($0)) }
    }

    /// As the form for a buffer.
    package func withDocument<Result>(
        _ text: String, _ body: (JSONValue) throws -> Result
    ) throws -> Result {
        var text = text
        return try text.withUTF8 { try body(parse(UnsafeRawBufferPointer($0))) }
    }

    private func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSONValue {
        guard let handle else { throw JSONError(.outOfMemory, "There is no memory for a JSON parser.") }
        guard bytes.count <= maximumBytes else {
            throw JSONError(
                .tooLarge, "The JSON text has \(bytes.count) bytes, \(maximumBytes) are allowed.",
                offset: maximumBytes)
        }
        guard let start = bytes.baseAddress, !bytes.isEmpty else { throw JSONError(.empty, "The JSON text is empty.") }
        let document = csimdjson_parse(handle, start.assumingMemoryBound(to: UInt8.self), bytes.count)
        guard document.status == CSIMDJSON_SUCCESS, let tape = document.tape, let strings = document.strings else {
            throw error(document.status, bytes)
        }
        // Word 0 is the root, the value follows.
        return JSONValue(tape: tape, strings: strings, index: 1)
    }

    private func error(_ status: csimdjson_status, _ bytes: UnsafeRawBufferPointer) -> JSONError {
        switch status {
        case CSIMDJSON_OUT_OF_MEMORY:
            JSONError(.outOfMemory, "There is no memory to parse \(bytes.count) bytes of JSON.")
        case CSIMDJSON_EMPTY:
            JSONError(.empty, "The JSON text is empty.")
        case CSIMDJSON_DEPTH:
            JSONError(.tooDeep, "The JSON text is nested deeper than \(maximumDepth) levels.")
        case CSIMDJSON_UTF8:
            JSONError(.invalidUTF8, "The JSON text is not valid UTF-8.", offset: UTF8Check.firstInvalidByte(of: bytes))
        case CSIMDJSON_STRING:
            JSONError(
                .invalidString, "The JSON text has a string without end, with a raw control character or a bad escape.")
        case CSIMDJSON_NUMBER:
            JSONError(.invalidNumber, "The JSON text has a malformed number, or one too large for a double.")
        default:
            JSONError(.syntax, "The text is not valid JSON.")
        }
    }
}
