package import EventLoop

/// One parsed request: views into bytes that it owns and reuses.
///
/// Path and query are percent-decoded and valid UTF-8 without NUL. Nothing here allocates but the calls that return a
/// `String` or an array.
package final class HTTPRequest {
    package internal(set) var method: HTTPMethod = .get
    /// The minor version: 1 for HTTP/1.1, 0 for HTTP/1.0.
    package internal(set) var minorVersion = 1
    /// The monotonic clock's nanoseconds when the request's last byte was read.
    package internal(set) var arrival: UInt64 = 0
    /// The body's bytes, chunks joined; valid until the exchange is answered and released.
    package let body = ByteBuffer(capacity: 64)

    let head = ByteBuffer(capacity: 1024)
    let decoded = ByteBuffer(capacity: 256)
    var target = ByteRange.empty
    let fields = RangePairs(capacity: 16)
    var pathRange = ByteRange.empty
    let segments = RangePairs(capacity: 4)
    let items = RangePairs(capacity: 8)
    var keepsAlive = true

    func reset() {
        head.clear()
        decoded.clear()
        body.clear()
        target = .empty
        method = .get
        minorVersion = 1
        fields.removeAll()
        segments.removeAll()
        items.removeAll()
        keepsAlive = true
    }

    // MARK: Path

    /// The decoded path, `/items/a b` for `/items/a%20b`.
    package var path: String { text(pathRange) }

    package func pathEquals(_ path: StaticString) -> Bool { decoded.bytes[pathRange].equals(path) }

    /// The parts between slashes, split before decoding: `%2F` stays within its part. `/` has one, which is empty.
    package var segmentCount: Int { segments.count }

    package func segment(_ index: Int) -> String { text(segments[index].name) }

    package func segmentEquals(_ index: Int, _ name: StaticString) -> Bool {
        decoded.bytes[segments[index].name].equals(name)
    }

    // MARK: Query

    package var queryCount: Int { items.count }

    package func queryName(at index: Int) -> String { text(items[index].name) }

    package func queryNameEquals(at index: Int, _ name: StaticString) -> Bool {
        decoded.bytes[items[index].name].equals(name)
    }

    package func queryValue(at index: Int) -> String { text(items[index].value) }

    /// The value's bytes; valid until the exchange is released.
    package func queryBytes(at index: Int) -> UnsafeRawBufferPointer { decoded.bytes[items[index].value] }

    /// The index of the first item called `name`. O(items).
    package func queryIndex(_ name: StaticString) -> Int? {
        items.firstIndex { decoded.bytes[$0.name].equals(name) }
    }

    /// The value of the first item called `name`.
    package func query(_ name: StaticString) -> String? {
        queryIndex(name).map(queryValue(at:))
    }

    // MARK: Header

    package var headerCount: Int { fields.count }

    package func headerName(at index: Int) -> String { String(decoding: head.bytes[fields[index].name], as: UTF8.self) }

    package func headerValue(at index: Int) -> String {
        String(decoding: head.bytes[fields[index].value], as: UTF8.self)
    }

    /// The bytes of the first field called `name` (in lower case; fields match in any case). O(fields).
    package func headerBytes(_ name: StaticString) -> UnsafeRawBufferPointer? {
        fields.firstIndex { head.bytes[$0.name].equalsIgnoringCase(name) }.map { head.bytes[fields[$0].value] }
    }

    /// The value of the first field called `name` (in lower case; fields match in any case).
    package func header(_ name: StaticString) -> String? {
        headerBytes(name).map { String(decoding: $0, as: UTF8.self) }
    }

    private func text(_ range: ByteRange) -> String {
        String(decoding: decoded.bytes[range], as: UTF8.self)
    }
}
